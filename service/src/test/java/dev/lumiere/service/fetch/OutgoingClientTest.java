package dev.lumiere.service.fetch;

import static dev.lumiere.service.fetch.Loopback.HERE;
import static dev.lumiere.service.fetch.Loopback.allowing;
import static dev.lumiere.service.fetch.Loopback.anywhere;
import static dev.lumiere.service.fetch.Loopback.certificate;
import static dev.lumiere.service.fetch.Loopback.hurried;
import static dev.lumiere.service.fetch.Loopback.redirect;
import static dev.lumiere.service.fetch.Loopback.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingClientTest {
    @AutoClose private final Loopback loopback = new Loopback();

    @Test
    void aBodyIsFetchedFromTheHostThatWasNamed() throws Exception {
        var port =
                loopback.serve(request -> {
                    var line = request.method() + " " + request.uri();
                    var host = request.getHeader("Host");
                    var encoding = request.getHeader("Accept-Encoding");
                    request.response()
                            .putHeader("Content-Type", "text/plain; charset=utf-8")
                            .end(line + " " + host + " " + encoding);
                });
        loopback.name("media.example");

        var fetched = get(allowing("media.example"), "http://media.example:" + port + "/a b?c#d");

        assertThat(fetched)
                .isEqualTo(
                        new Fetched.Body(
                                Buffer.buffer("GET /a%20b?c media.example:" + port + " identity"),
                                "text/plain"));
    }

    @Test
    void aBodyIsPostedWithHeadersAndNoRedirectIsFollowed() throws Exception {
        var port =
                loopback.serve(request -> {
                    if ("/away".equals(request.path())) {
                        request.response().setStatusCode(307).putHeader("Location", "/").end();
                        return;
                    }
                    var method = request.method();
                    var headers = request.getHeader("Host") + " " + request.getHeader("X-A");
                    request.body()
                            .onSuccess(body ->
                                    request.response().end(method + " " + headers + " " + body));
                });
        var url = url(port);
        var headers = Map.of("Host", "other.example", "X-A", "b");

        assertThat(text(posted(allowing("127.0.0.1"), url, headers)))
                .isEqualTo("POST other.example b body");
        assertThat(posted(allowing("127.0.0.1"), url + "away", headers))
                .isEqualTo(new Fetched.Failed("a redirect of what was posted"));
        assertThat(posted(FetchConfig.defaults(), url, headers))
                .isInstanceOf(Fetched.NotAllowed.class);
    }

    private Fetched posted(FetchConfig config, String url, Map<String, String> headers)
            throws InterruptedException {
        var body = Buffer.buffer("body");
        return loopback.systemClient(config).post(url, headers, body, loopback.soon());
    }

    @Test
    void anAddressIsAHost() throws Exception {
        var port = loopback.serve(request -> request.response().end(request.getHeader("Host")));

        assertThat(text(get(allowing("127.0.0.1"), url(port)))).isEqualTo("127.0.0.1:" + port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/",
                "http://localhost:PORT/",
                "http://LOCALHOST.:PORT/",
                "http://0.0.0.0:PORT/",
                "http://[::1]:PORT/",
                "http://[::ffff:127.0.0.1]:PORT/",
                "http://[::ffff:7f00:1]:PORT/",
                "http://[64:ff9b::7f00:1]:PORT/",
                "http://１２７.0.0.1:PORT/",
                "http://127。0。0。1:PORT/",
                "http://inside.example:PORT/",
                "http://both.example:PORT/",
                "https://inside.example:PORT/",
            })
    void nothingIsFetchedFromPrivateAddresses(String url) throws Exception {
        var asked = new AtomicInteger();
        var port = loopback.serve(request -> answered(request, asked.incrementAndGet()));
        loopback.name("localhost");
        loopback.name("inside.example");
        loopback.name("both.example", () -> List.of(InetAddress.ofLiteral("8.8.8.8"), HERE));

        var fetched = get(FetchConfig.defaults(), url.replace("PORT", Integer.toString(port)));

        assertThat(fetched).isInstanceOf(Fetched.NotAllowed.class);
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2130706433:PORT/",
                "http://0x7f000001:PORT/",
                "http://0177.0.0.1:PORT/",
                "http://127.1:PORT/",
                "http://[fe80::1%25lo]:PORT/",
                "http://user@127.0.0.1:PORT/",
                "ftp://127.0.0.1:PORT/",
            })
    void whatHidesAnAddressIsNotEvenRead(String url) throws Exception {
        var asked = new AtomicInteger();
        var port = loopback.serve(request -> answered(request, asked.incrementAndGet()));

        var fetched = get(anywhere(), url.replace("PORT", Integer.toString(port)));

        assertThat(reason(fetched)).startsWith("the URL cannot be read");
        assertThat(asked).hasValue(0);
    }

    /** The name is looked up once: what it means afterwards is of no use. */
    @Test
    void aNameThatChangesItsMeaningLeadsNowhereElse() throws Exception {
        var asked = new AtomicInteger();
        var port = loopback.serve(request -> answered(request, asked.incrementAndGet()));
        var lookups = new AtomicInteger();
        loopback.name(
                "rebinding.example",
                () ->
                        lookups.getAndIncrement() == 0
                                ? List.of(InetAddress.ofLiteral("198.51.100.1"))
                                : List.of(HERE));

        assertThat(get(FetchConfig.defaults(), "http://rebinding.example:" + port + "/"))
                .isEqualTo(new Fetched.NotAllowed("rebinding.example"));
        assertThat(lookups).hasValue(1);
        assertThat(asked).hasValue(0);
    }

    @Test
    void theLookupOfTheSystemIsUsed() throws Exception {
        var port = loopback.serve(request -> request.response().end("here"));
        var client = loopback.systemClient(FetchConfig.defaults());
        var free = loopback.systemClient(allowing("localhost"));

        assertThat(get(client, "http://localhost:" + port + "/"))
                .isEqualTo(new Fetched.NotAllowed("localhost"));
        assertThat(text(get(free, "http://localhost:" + port + "/"))).isEqualTo("here");
    }

    @Test
    void redirectsAreFollowedAndCheckedAnew() throws Exception {
        var asked = new AtomicInteger();
        var inside = loopback.serve(request -> answered(request, asked.incrementAndGet()));
        var port =
                loopback.serve(request -> {
                    switch (request.uri()) {
                        case "/1" -> redirect(request, 301, "/2?x");
                        case "/2", "/2?x" -> redirect(request, 307, "3");
                        case "/3" ->
                                redirect(
                                        request,
                                        302,
                                        "//other.example:" + request.localAddress().port() + "/4");
                        case "/in" -> redirect(request, 302, url(inside));
                        case "/file" -> redirect(request, 302, "file:///etc/passwd");
                        case "/loop" -> redirect(request, 302, "/loop");
                        case "/nowhere" -> request.response().setStatusCode(302).end();
                        default -> request.response().end(request.uri());
                    }
                });
        loopback.name("media.example");
        loopback.name("other.example");
        var base = "http://media.example:" + port;
        var config = allowing("media.example");
        var both = allowing("media.example", "other.example");

        assertThat(text(get(both, base + "/1"))).isEqualTo("/4");
        assertThat(get(config, base + "/1")).isEqualTo(new Fetched.NotAllowed("other.example"));
        assertThat(get(config, base + "/in")).isEqualTo(new Fetched.NotAllowed("127.0.0.1"));
        assertThat(reason(get(config, base + "/file"))).contains("neither http nor https");
        assertThat(reason(get(config, base + "/loop"))).isEqualTo("more than 3 redirects");
        assertThat(reason(get(config, base + "/nowhere"))).isEqualTo("a redirect to nowhere");
        assertThat(asked).hasValue(0);
    }

    @Test
    void portsMayBeRestricted() throws Exception {
        var port = loopback.serve(request -> request.response().end("here"));
        var one = new FetchConfig(true, Set.of(), Set.of(port), 100, Duration.ofSeconds(5));
        var none = new FetchConfig(true, Set.of(), Set.of(443), 100, Duration.ofSeconds(5));

        assertThat(text(get(one, url(port)))).isEqualTo("here");
        assertThat(get(none, url(port))).isEqualTo(new Fetched.NotAllowed("127.0.0.1:" + port));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100000, true", "100001, false", "5000000, false"})
    void bodiesAreBounded(int bytes, boolean fits) throws Exception {
        var told = loopback.serve(new byte[bytes]);
        var untold =
                loopback.serve(request -> {
                    var response = request.response().setChunked(true);
                    response.write(Buffer.buffer(new byte[bytes / 2]));
                    response.end(Buffer.buffer(new byte[bytes - bytes / 2]));
                });

        for (var port : List.of(told, untold)) {
            var fetched = get(anywhere(), url(port));
            if (fits) {
                assertThat(body(fetched).bytes().length()).isEqualTo(bytes);
            } else {
                assertThat(reason(fetched)).isEqualTo("over 100000 bytes");
            }
        }
    }

    @Test
    void whatIsEncodedIsRefused() throws Exception {
        var port =
                loopback.serve(request ->
                        request.response()
                                .putHeader("Content-Encoding", request.uri().substring(1))
                                .end("bytes"));

        assertThat(reason(get(anywhere(), url(port) + "gzip"))).isEqualTo("the answer is encoded");
        assertThat(text(get(anywhere(), url(port) + "identity"))).isEqualTo("bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n, status 404",
        "HTTP/1.1 206 Part\\r\\nContent-Length: 0\\r\\n\\r\\n, status 206",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf, the answer cannot be read",
        "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\nhalf, the answer cannot be read",
        "HTTP/1.1 200 OK\\r\\nX: LONG\\r\\n\\r\\n, the answer cannot be read",
        "SSH-2.0-OpenSSH\\r\\n\\r\\n, the answer cannot be read",
        "'', the answer cannot be read",
    })
    void anAnswerThatIsNoneIsSaid(String raw, String reason) throws Exception {
        var port = loopback.answer(raw.replace("LONG", "x".repeat(20_000)));

        assertThat(reason(get(anywhere(), url(port)))).isEqualTo(reason);
    }

    @Test
    void whoCannotBeReachedIsSaid() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, HERE)) {
            free = socket.getLocalPort();
        }

        assertThat(reason(get(anywhere(), url(free)))).isEqualTo("cannot connect");
        assertThat(reason(get(anywhere(), "http://unknown.example/")))
                .isEqualTo("the host is not found");
    }

    @Test
    void theNextAddressIsTriedWhereOneDoesNotAnswer() throws Exception {
        var port = loopback.serve(request -> request.response().end("second"));
        loopback.name("two.example", () -> List.of(InetAddress.ofLiteral("127.0.0.9"), HERE));

        assertThat(text(get(anywhere(), "http://two.example:" + port + "/"))).isEqualTo("second");
    }

    @Test
    void allOfItTakesABoundedTime() throws Exception {
        var silent = loopback.serve(_ -> {});
        var slow = loopback.trickle();

        for (var port : List.of(silent, slow)) {
            var begin = loopback.now();
            assertThat(reason(get(hurried(), url(port))))
                    .isEqualTo("the answer cannot be read in time");
            assertThat(Duration.between(begin, loopback.now())).isLessThan(Duration.ofSeconds(5));
        }
        var client = loopback.client(anywhere());
        assertThat(reason(client.get(url(silent), loopback.now()))).contains("in time");
    }

    @Test
    void whoIsInterruptedLeavesNoConnection() throws Exception {
        var connections = new AtomicInteger();
        var server = loopback.vertx().createHttpServer();
        server.requestHandler(_ -> connections.incrementAndGet());
        server.connectionHandler(c -> c.closeHandler(_ -> connections.addAndGet(-1)));
        var port = server.listen(0, "127.0.0.1").await().actualPort();
        var client = loopback.client(anywhere());
        var task = new FutureTask<>(() -> get(client, url(port)));
        var thread = Thread.ofVirtual().start(task);
        await().until(() -> connections.get() == 1);

        thread.interrupt();

        assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
        await().until(() -> connections.get() == 0);
    }

    @Test
    void soManyAndNoMoreAreUnderWay() throws Exception {
        var waiting = new AtomicInteger();
        var port = loopback.serve(_ -> waiting.incrementAndGet());
        var client = loopback.client(anywhere());
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 32; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    get(client, url(port));
                                } catch (InterruptedException _) {
                                    waiting.decrementAndGet();
                                }
                            }));
        }
        await().until(() -> waiting.get() == 32);

        assertThat(get(client, url(port))).isEqualTo(new Fetched.Busy());
        threads.forEach(Thread::interrupt);
        await().until(() -> waiting.get() == 0);
        assertThat(reason(get(client, "http://127.0.0.1:1/"))).isEqualTo("cannot connect");
    }

    @Test
    void theCertificateMustBeTheHosts(@TempDir Path folder) throws Exception {
        var store = certificate(folder.resolve("store.p12"), "media.example");
        var options = new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(store);
        var port =
                loopback.serve(
                        options,
                        request ->
                                request.response().end(request.connection().indicatedServerName()));
        loopback.name("media.example");
        loopback.name("other.example");
        var trusting = loopback.client(anywhere(), store);

        assertThat(text(get(trusting, "https://media.example:" + port + "/")))
                .isEqualTo("media.example");
        for (var host : List.of("other.example", "127.0.0.1")) {
            assertThat(reason(get(trusting, "https://" + host + ":" + port + "/")))
                    .isEqualTo("no trusted TLS connection");
        }
        assertThat(reason(get(anywhere(), "https://media.example:" + port + "/")))
                .isEqualTo("no trusted TLS connection");
    }

    private Fetched get(FetchConfig config, String url) throws InterruptedException {
        return get(loopback.client(config), url);
    }

    private Fetched get(OutgoingClient client, String url) throws InterruptedException {
        return client.get(url, loopback.soon());
    }

    private static Fetched.Body body(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Body.class);
        return (Fetched.Body) fetched;
    }

    private static String text(Fetched fetched) {
        return body(fetched).bytes().toString();
    }

    private static String reason(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Failed.class);
        return ((Fetched.Failed) fetched).reason();
    }

    private static void answered(HttpServerRequest request, int times) {
        request.response().end("asked " + times);
    }
}
