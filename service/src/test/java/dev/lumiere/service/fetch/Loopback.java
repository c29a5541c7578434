package dev.lumiere.service.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.TrustOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Servers on this machine, names that lead to them, and clients that know these names. */
final class Loopback implements AutoCloseable {
    static final InetAddress HERE = InetAddress.getLoopbackAddress();
    static final int MAX_BYTES = 100_000;

    private final InstantSource clock = InstantSource.system();
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Supplier<List<InetAddress>>> names = new HashMap<>();
    private final List<Closeable> opened = new ArrayList<>();

    /** What a server does with a connection on which something was asked. */
    @FunctionalInterface
    interface Answering {
        void to(Socket socket) throws IOException;
    }

    static FetchConfig anywhere() {
        return new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofSeconds(20));
    }

    /** Anywhere, with little patience. */
    static FetchConfig hurried() {
        return new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofMillis(300));
    }

    static FetchConfig allowing(String... hosts) {
        return new FetchConfig(false, Set.of(hosts), Set.of(), MAX_BYTES, Duration.ofSeconds(20));
    }

    /** A key, and a certificate signed with it, of one host. */
    static PfxOptions certificate(Path store, String host) throws Exception {
        var made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "a",
                                "-dname",
                                "CN=" + host,
                                "-ext",
                                "SAN=dns:" + host,
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "secret",
                                "-keystore",
                                store.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(made).isZero();
        return new PfxOptions().setPath(store.toString()).setPassword("secret");
    }

    static void redirect(HttpServerRequest request, int status, String location) {
        request.response().setStatusCode(status).putHeader("Location", location).end("elsewhere");
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port + "/";
    }

    Vertx vertx() {
        return vertx;
    }

    Instant now() {
        return clock.instant();
    }

    Instant soon() {
        return now().plusSeconds(20);
    }

    /** Lets a name lead here. */
    void name(String host) {
        name(host, () -> List.of(HERE));
    }

    /** Lets a name lead to what is told at each lookup. */
    void name(String host, Supplier<List<InetAddress>> addresses) {
        names.put(host, addresses);
    }

    OutgoingClient client(FetchConfig config) {
        return client(config, clock, null);
    }

    OutgoingClient client(FetchConfig config, TrustOptions trusted) {
        return client(config, clock, trusted);
    }

    OutgoingClient client(FetchConfig config, InstantSource clock) {
        return client(config, clock, null);
    }

    private OutgoingClient client(
            FetchConfig config, InstantSource clock, @Nullable TrustOptions trusted) {
        return closed(new OutgoingClient(config, clock, this::lookup, trusted));
    }

    /** One that looks names up as the system does. */
    OutgoingClient systemClient(FetchConfig config) {
        return closed(new OutgoingClient(vertx, config, clock));
    }

    private Future<List<InetAddress>> lookup(String name) {
        var known = names.get(name);
        return known == null
                ? Future.failedFuture(new UnknownHostException(name))
                : Future.succeededFuture(known.get());
    }

    private OutgoingClient closed(OutgoingClient client) {
        opened.add(client::close);
        return client;
    }

    /** What answers with a body, whatever it is asked. */
    int serve(byte[] body) {
        return serve(request -> request.response().end(Buffer.buffer(body)));
    }

    int serve(Handler<HttpServerRequest> handler) {
        return serve(new HttpServerOptions(), handler);
    }

    int serve(HttpServerOptions options, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(options)
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    /** What answers a byte at a time, without end. */
    int trickle() {
        return serve(request -> {
            var response = request.response().setChunked(true);
            vertx.setPeriodic(20, _ -> response.write("x"));
        });
    }

    /** What answers just so, whatever it is asked; line ends are spelled out. */
    int answer(String raw) throws IOException {
        var bytes = raw.replace("\\r\\n", "\r\n").getBytes(US_ASCII);
        return listen(socket -> socket.getOutputStream().write(bytes));
    }

    /** What answers as it likes once something was asked. */
    int listen(Answering answer) throws IOException {
        var listener = new ServerSocket(0, 10, HERE);
        opened.add(listener);
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try (var socket = listener.accept()) {
                            var _ = socket.getInputStream().read(new byte[4096]);
                            answer.to(socket);
                        } catch (IOException _) {
                            // the next may come
                        }
                    }
                });
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (var each : opened.reversed()) {
            each.close();
        }
        vertx.close().await();
    }
}
