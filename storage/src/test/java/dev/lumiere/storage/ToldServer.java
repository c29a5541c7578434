package dev.lumiere.storage;

import com.qiniu.http.Headers;
import com.qiniu.util.Auth;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A host that is told, and takes it or not. */
public final class ToldServer implements AutoCloseable {
    private final HttpServer server;
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    public volatile int status = 200;

    /** What came in. */
    public record Post(
            String target, String host, String type, String authorization, String body) {}

    public ToldServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            posts.add(
                    new Post(
                            exchange.getRequestURI().toString(),
                            headers.getFirst("Host"),
                            headers.getFirst("Content-Type"),
                            headers.getFirst("Authorization"),
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8)));
            if (exchange.getRequestURI().getPath().endsWith("/silent")) {
                ending.await();
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether it is signed by a key, as whoever is told finds out with Qiniu's SDK. */
    public boolean isSigned(Post post, String accessKey, String secretKey) {
        var headers =
                new Headers.Builder().add(Auth.HTTP_HEADER_KEY_CONTENT_TYPE, post.type()).build();
        var body = post.body().getBytes(StandardCharsets.UTF_8);
        var request = new Auth.Request(url(post.target()), "POST", headers, body);
        return Auth.create(accessKey, secretKey).isValidCallback(post.authorization(), request);
    }

    /** Who was silent answers, and is not any more. */
    public void letGo() {
        ending.countDown();
    }

    /** In their order. */
    public List<Post> posts() {
        return List.copyOf(posts);
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
