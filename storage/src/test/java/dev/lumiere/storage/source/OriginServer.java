package dev.lumiere.storage.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A site whose objects are pulled: their text and tag can be changed, and it can be asked. */
final class OriginServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    OriginServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getRawPath();
        asked.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        try (exchange) {
            if (path.endsWith("/late")) {
                gate.await();
            }
            var text = texts.get(path);
            if (path.endsWith("/held")) {
                gate.await();
            }
            if (path.endsWith("/fails")) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            if (path.endsWith("/away")) {
                exchange.getResponseHeaders().set("Location", text);
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            if (text == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            var tag = '"' + Integer.toHexString(text.hashCode()) + '"';
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
                return;
            }
            exchange.getResponseHeaders().set("ETag", tag);
            exchange.getResponseHeaders().set("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT");
            exchange.getResponseHeaders().set("Content-Type", "text/x-test; charset=utf-8");
            exchange.getResponseHeaders()
                    .set("X-Host", exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            if (path.endsWith("/begun")) {
                exchange.getResponseBody().flush();
                gate.await();
            }
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts a text at a path, percent-encoded as it is asked for. */
    OriginServer put(String path, String text) {
        texts.put(path, text);
        return this;
    }

    void remove(String path) {
        texts.remove(path);
    }

    /** How often it was asked for a path. */
    int asked(String path) {
        var times = asked.get(path);
        return times == null ? 0 : times.get();
    }

    /** For anything. */
    int askedInAll() {
        return asked.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /**
     * Until then what is late does not come, nor what is held, as it was when it was asked for, nor
     * more than the headers of what has begun.
     */
    void letGo() {
        gate.countDown();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
