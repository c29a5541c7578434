package dev.lumiere.api.management;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A site on the internet: a page, one that comes only when it is let go, and nothing else. */
final class Source implements AutoCloseable {
    static final String PAGE = "<p>höhö</p>";

    private final HttpServer server;
    private final CountDownLatch late = new CountDownLatch(1);

    Source() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    if (path.equals("/late")) {
                        awaitLetGo();
                    }
                    var bytes = PAGE.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                    switch (path) {
                        case "/page", "/late" -> {
                            exchange.sendResponseHeaders(200, bytes.length);
                            exchange.getResponseBody().write(bytes);
                        }
                        case "/broken" -> exchange.sendResponseHeaders(500, -1);
                        default -> exchange.sendResponseHeaders(404, -1);
                    }
                    exchange.close();
                });
        server.start();
    }

    private void awaitLetGo() {
        try {
            late.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void letGo() {
        late.countDown();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The same place under a name that nothing may be fetched from. */
    String forbiddenUrl(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
