package dev.lumiere.api.management;

import com.qiniu.http.Headers;
import com.qiniu.util.Auth;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A site on the internet: a page, one that comes only when it is let go; and it may be told. */
final class Source implements AutoCloseable {
    static final String PAGE = "<p>höhö</p>";

    private final HttpServer server;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final CountDownLatch late = new CountDownLatch(1);

    Source() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    if (exchange.getRequestMethod().equals("POST")) {
                        take(exchange);
                        return;
                    }
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

    /** What it was told, by whom the headers say. */
    record Told(String url, String type, String authorization, String body) {
        boolean isSigned(Credential by) {
            var headers = new Headers.Builder().add("Content-Type", type).build();
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            var request = new Auth.Request(url, "POST", headers, bytes);
            return StorageServer.auth(by).isValidCallback(authorization, request);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var path = exchange.getRequestURI().toString();
            var body = exchange.getRequestBody().readAllBytes();
            told.put(
                    path,
                    new Told(
                            url(path),
                            headers.getFirst("Content-Type"),
                            headers.getFirst("Authorization"),
                            new String(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** The last it was told at a path; null if nothing. */
    @Nullable Told told(String path) {
        return told.get(path);
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
