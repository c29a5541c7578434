package dev.lumiere.service.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.TrustOptions;
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
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingClientTest {
    private static final int MAX_BYTES = 100_000;
    private static final String TOO_SLOW =
            "the answer comes too slowly: under 1024 bytes a second for 300 ms";
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final InstantSource clock = InstantSource.system();
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Supplier<List<InetAddress>>> names = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
        vertx.close().await();
    }

    @Test
    void aBodyIsFetchedFromTheHostThatWasNamed() throws Exception {
        var port =
                serve(request ->
                        request.response()
                                .putHeader("Content-Type", "text/plain; charset=utf-8")
                                .end(
                                        request.method()
                                                + " "
                                                + request.uri()
                                                + " "
                                                + request.getHeader("Host")
                                                + " "
                                                + request.getHeader("Accept-Encoding")));
        names.put("media.example", () -> List.of(HERE));

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
                serve(request -> {
                    if ("/away".equals(request.path())) {
                        request.response().setStatusCode(307).putHeader("Location", "/").end();
                        return;
                    }
                    request.body()
                            .onSuccess(body ->
                                    request.response()
                                            .end(
                                                    "%s %s %s %s"
                                                            .formatted(
                                                                    request.method(),
                                                                    request.getHeader("Host"),
                                                                    request.getHeader("X-A"),
                                                                    body)));
                });
        var url = "http://127.0.0.1:" + port;
        var headers = Map.of("Host", "other.example", "X-A", "b");

        assertThat(text(posted(allowing("127.0.0.1"), url + "/", headers)))
                .isEqualTo("POST other.example b body");
        assertThat(posted(allowing("127.0.0.1"), url + "/away", headers))
                .isEqualTo(new Fetched.Failed("a redirect of what was posted"));
        assertThat(posted(FetchConfig.defaults(), url + "/", headers))
                .isInstanceOf(Fetched.NotAllowed.class);
    }

    private Fetched posted(FetchConfig config, String url, Map<String, String> headers)
            throws InterruptedException {
        var client = new OutgoingClient(vertx, config, clock);
        opened.add(client);
        return client.post(url, headers, Buffer.buffer("body"), clock.instant().plusSeconds(20));
    }

    @Test
    void anAddressIsAHost() throws Exception {
        var port = serve(request -> request.response().end(request.getHeader("Host")));

        assertThat(text(get(allowing("127.0.0.1"), "http://127.0.0.1:" + port + "/")))
                .isEqualTo("127.0.0.1:" + port);
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
        var port = serve(request -> answered(request, asked.incrementAndGet()));
        names.put("localhost", () -> List.of(HERE));
        names.put("inside.example", () -> List.of(HERE));
        names.put("both.example", () -> List.of(InetAddress.ofLiteral("8.8.8.8"), HERE));

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
        var port = serve(request -> answered(request, asked.incrementAndGet()));

        var fetched = get(anywhere(), url.replace("PORT", Integer.toString(port)));

        assertThat(reason(fetched)).startsWith("the URL cannot be read");
        assertThat(asked).hasValue(0);
    }

    /** The name is looked up once: what it means afterwards is of no use. */
    @Test
    void aNameThatChangesItsMeaningLeadsNowhereElse() throws Exception {
        var asked = new AtomicInteger();
        var port = serve(request -> answered(request, asked.incrementAndGet()));
        var lookups = new AtomicInteger();
        names.put(
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
        var port = serve(request -> request.response().end("here"));
        var client = closed(new OutgoingClient(vertx, FetchConfig.defaults(), clock));
        var free = closed(new OutgoingClient(vertx, allowing("localhost"), clock));

        assertThat(client.get("http://localhost:" + port + "/", soon()))
                .isEqualTo(new Fetched.NotAllowed("localhost"));
        assertThat(text(free.get("http://localhost:" + port + "/", soon()))).isEqualTo("here");
    }

    @Test
    void redirectsAreFollowedAndCheckedAnew() throws Exception {
        var asked = new AtomicInteger();
        var inside = serve(request -> answered(request, asked.incrementAndGet()));
        var port =
                serve(request -> {
                    switch (request.uri()) {
                        case "/1" -> redirected(request, 301, "/2?x");
                        case "/2", "/2?x" -> redirected(request, 307, "3");
                        case "/3" ->
                                redirected(
                                        request,
                                        302,
                                        "//other.example:" + request.localAddress().port() + "/4");
                        case "/in" -> redirected(request, 302, "http://127.0.0.1:" + inside + "/");
                        case "/file" -> redirected(request, 302, "file:///etc/passwd");
                        case "/loop" -> redirected(request, 302, "/loop");
                        case "/nowhere" -> request.response().setStatusCode(302).end();
                        default -> request.response().end(request.uri());
                    }
                });
        names.put("media.example", () -> List.of(HERE));
        names.put("other.example", () -> List.of(HERE));
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
        var port = serve(request -> request.response().end("here"));
        var one = new FetchConfig(true, Set.of(), Set.of(port), 100, Duration.ofSeconds(5));
        var none = new FetchConfig(true, Set.of(), Set.of(443), 100, Duration.ofSeconds(5));

        assertThat(text(get(one, "http://127.0.0.1:" + port + "/"))).isEqualTo("here");
        assertThat(get(none, "http://127.0.0.1:" + port + "/"))
                .isEqualTo(new Fetched.NotAllowed("127.0.0.1:" + port));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100000, true", "100001, false", "5000000, false"})
    void bodiesAreBounded(int bytes, boolean fits) throws Exception {
        var told = serve(request -> request.response().end(Buffer.buffer(new byte[bytes])));
        var untold =
                serve(request -> {
                    var response = request.response().setChunked(true);
                    response.write(Buffer.buffer(new byte[bytes / 2]));
                    response.end(Buffer.buffer(new byte[bytes - bytes / 2]));
                });

        for (var port : List.of(told, untold)) {
            var fetched = get(anywhere(), "http://127.0.0.1:" + port + "/");
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
                serve(request ->
                        request.response()
                                .putHeader("Content-Encoding", request.uri().substring(1))
                                .end("bytes"));

        assertThat(reason(get(anywhere(), "http://127.0.0.1:" + port + "/gzip")))
                .isEqualTo("the answer is encoded");
        assertThat(text(get(anywhere(), "http://127.0.0.1:" + port + "/identity")))
                .isEqualTo("bytes");
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
        var answer = raw.replace("\\r\\n", "\r\n").replace("LONG", "x".repeat(20_000));
        var port = listen(socket -> socket.getOutputStream().write(answer.getBytes(US_ASCII)));

        assertThat(reason(get(anywhere(), "http://127.0.0.1:" + port + "/"))).isEqualTo(reason);
    }

    @Test
    void whoCannotBeReachedIsSaid() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, HERE)) {
            free = socket.getLocalPort();
        }

        assertThat(reason(get(anywhere(), "http://127.0.0.1:" + free + "/")))
                .isEqualTo("cannot connect");
        assertThat(reason(get(anywhere(), "http://unknown.example/")))
                .isEqualTo("the host is not found");
    }

    @Test
    void theNextAddressIsTriedWhereOneDoesNotAnswer() throws Exception {
        var port = serve(request -> request.response().end("second"));
        names.put("two.example", () -> List.of(InetAddress.ofLiteral("127.0.0.9"), HERE));

        assertThat(text(get(anywhere(), "http://two.example:" + port + "/"))).isEqualTo("second");
    }

    @Test
    void allOfItTakesABoundedTime() throws Exception {
        var hurried = new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofMillis(300));
        var silent = serve(_ -> {});
        var slow =
                serve(request -> {
                    var response = request.response().setChunked(true);
                    vertx.setPeriodic(20, _ -> response.write("x"));
                });

        for (var port : List.of(silent, slow)) {
            var begin = clock.instant();
            assertThat(reason(get(hurried, "http://127.0.0.1:" + port + "/")))
                    .isEqualTo("the answer cannot be read in time");
            assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofSeconds(5));
        }
        var client = client(anywhere(), null);
        assertThat(reason(client.get("http://127.0.0.1:" + silent + "/", clock.instant())))
                .contains("in time");
    }

    @Test
    void whoIsInterruptedLeavesNoConnection() throws Exception {
        var connections = new AtomicInteger();
        var server = vertx.createHttpServer().requestHandler(_ -> connections.incrementAndGet());
        server.connectionHandler(c -> c.closeHandler(_ -> connections.addAndGet(-1)));
        var port = server.listen(0, "127.0.0.1").await().actualPort();
        var client = client(anywhere(), null);
        var task = new FutureTask<>(() -> client.get("http://127.0.0.1:" + port + "/", soon()));
        var thread = Thread.ofVirtual().start(task);
        await().until(() -> connections.get() == 1);

        thread.interrupt();

        assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
        await().until(() -> connections.get() == 0);
    }

    @Test
    void soManyAndNoMoreAreUnderWay() throws Exception {
        var waiting = new AtomicInteger();
        var port = serve(_ -> waiting.incrementAndGet());
        var client = client(anywhere(), null);
        var url = "http://127.0.0.1:" + port + "/";
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 32; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.get(url, soon());
                                } catch (InterruptedException _) {
                                    waiting.decrementAndGet();
                                }
                            }));
        }
        await().until(() -> waiting.get() == 32);

        assertThat(client.get(url, soon())).isEqualTo(new Fetched.Busy());
        threads.forEach(Thread::interrupt);
        await().until(() -> waiting.get() == 0);
        assertThat(reason(client.get("http://127.0.0.1:1/", soon()))).isEqualTo("cannot connect");
    }

    @Test
    void aLargeBodyIsReadWhileItComesAndItsServerWaits() throws Exception {
        var total = 40 << 20;
        var sent = new AtomicLong();
        var port =
                listen(socket -> {
                    var out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n".getBytes(US_ASCII));
                    for (var chunk = new byte[64 << 10]; sent.get() < total; ) {
                        out.write(chunk);
                        sent.addAndGet(chunk.length);
                    }
                });
        var client = client(anywhere(), null);

        try (var body = opened(client.open(download("http://127.0.0.1:" + port + "/", total)))) {
            assertThat(body.validator("ETag")).isEqualTo("\"a\"");
            assertThat(body.contentType()).isEqualTo("application/octet-stream");
            assertThat(body.read()).isZero();
            await().during(Duration.ofMillis(200)).until(sent::get, this::isStill);
            assertThat(sent.get()).isLessThan(total / 2);

            assertThat(body.readAllBytes()).hasSize(total - 1);
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    /** Of some sizes, a little of it is not read when the close has come. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyIsWholeThoughItsServerClosesBehindIt(boolean tellsLength) throws Exception {
        var port =
                listen(socket -> {
                    var length = "Content-Length: " + sent.length + "\r\n";
                    var head = "HTTP/1.1 200 OK\r\n" + (tellsLength ? length : "") + "\r\n";
                    socket.getOutputStream().write(head.getBytes(US_ASCII));
                    socket.getOutputStream().write(sent);
                    socket.close();
                    closed.incrementAndGet();
                });
        assertWhole(client(anywhere(), null), "http://127.0.0.1:" + port + "/");
    }

    @Test
    void soItIsOverTls(@TempDir Path folder) throws Exception {
        var store = certificate(folder.resolve("store.p12"), "media.example");
        var server =
                vertx.createHttpServer(
                                new HttpServerOptions().setSsl(true).setKeyCertOptions(store))
                        .requestHandler(request -> {
                            request.connection().closeHandler(_ -> closed.incrementAndGet());
                            request.response().end(Buffer.buffer(sent));
                        })
                        .listen(0, "127.0.0.1")
                        .await();
        names.put("media.example", () -> List.of(HERE));
        assertWhole(
                client(anywhere(), store), "https://media.example:" + server.actualPort() + "/");
    }

    private volatile byte[] sent = {};
    private final AtomicInteger closed = new AtomicInteger();

    private void assertWhole(OutgoingClient client, String url) throws Exception {
        for (var size = 150_000; size <= 400_000; size += 25_000) {
            sent = bytes(size);
            closed.set(0);
            try (var body = opened(client.open(download(url, size)))) {
                await().until(() -> closed.get() == 1);
                assertThat(body.readAllBytes()).isEqualTo(sent);
            }
        }
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private long before = -1;

    private boolean isStill(long now) {
        var still = now == before;
        before = now;
        return still;
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf, the answer cannot be read",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n,"
                + " the answer cannot be read",
        "HTTP/1.1 200 OK\\r\\n\\r\\ntoo much of it, over 10 bytes",
    })
    void whatIsCutShortOrTooLongHasNoEnd(String raw, String reason) throws Exception {
        var answer = raw.replace("\\r\\n", "\r\n").getBytes(US_ASCII);
        var port = listen(socket -> socket.getOutputStream().write(answer));
        var client = client(anywhere(), null);

        try (var body = opened(client.open(download("http://127.0.0.1:" + port + "/", 10)))) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage(reason);
        }
    }

    @Test
    void aBodyThatStopsComingIsNotWaitedForForEver() throws Exception {
        var hurried = new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofMillis(300));
        var port = serve(request -> request.response().setChunked(true).write("x"));
        var client = client(hurried, null);

        try (var body = opened(client.open(download("http://127.0.0.1:" + port + "/", 10)))) {
            assertThatThrownBy(body::readAllBytes).hasMessage(TOO_SLOW);
        }
    }

    @Test
    void aBodyThatTricklesIsNotWaitedForForEver() throws Exception {
        var hurried = new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofMillis(300));
        var port =
                serve(request -> {
                    var response = request.response().setChunked(true);
                    vertx.setPeriodic(20, _ -> response.write("x"));
                });
        var client = client(hurried, null);

        try (var body = opened(client.open(download("http://127.0.0.1:" + port + "/", 10_000)))) {
            assertThatThrownBy(body::readAllBytes).hasMessage(TOO_SLOW);
        }
    }

    @Test
    void aBodyThatKeepsItsPaceEndsInTimeOrIsGivenUp() throws Exception {
        var now = new AtomicReference<>(Instant.EPOCH);
        var port = serve(request -> request.response().end(Buffer.buffer(new byte[10_000])));
        var client = closed(new OutgoingClient(anywhere(), now::get, this::lookup, null));
        var download =
                new Download(
                        "http://127.0.0.1:" + port + "/",
                        Map.of(),
                        MAX_BYTES,
                        Instant.EPOCH.plusSeconds(60));

        try (var body = opened(client.open(download))) {
            assertThat(body.read()).isZero();
            now.set(Instant.EPOCH.plusSeconds(60));
            assertThatThrownBy(body::readAllBytes).hasMessage("the answer cannot be read in time");
        }
        now.set(Instant.EPOCH);
        try (var body = opened(client.open(download))) {
            assertThat(body.read()).isZero();
            now.set(Instant.EPOCH.plusSeconds(59));
            assertThat(body.readAllBytes()).hasSize(9_999);
        }
    }

    @Test
    void whatIsUnchangedIsSaidToWhoAsksWhether() throws Exception {
        var port =
                serve(request -> {
                    var told = request.getHeader("If-None-Match");
                    request.response().setStatusCode("\"a\"".equals(told) ? 304 : 200).end();
                });
        var url = "http://127.0.0.1:" + port + "/";
        var client = client(anywhere(), null);
        var asking = new Download(url, Map.of("If-None-Match", "\"a\""), 10, soon());

        assertThat(client.open(asking)).isEqualTo(new Opened.NotModified());
        opened(client.open(download(url, 10))).close();
    }

    @Test
    void theHostThatIsToldIsNotToldToOthers() throws Exception {
        var other = serve(request -> request.response().end(request.getHeader("Host")));
        var port =
                serve(request -> {
                    var at = "http://127.0.0.1:" + other + "/";
                    switch (request.uri()) {
                        case "/1" -> redirected(request, 302, "/2");
                        case "/3" -> redirected(request, 302, at);
                        default -> request.response().end(request.getHeader("Host"));
                    }
                });
        var client = client(anywhere(), null);
        var host = Map.of("Host", "www.example");

        for (var path : List.of("/2", "/1", "/3")) {
            var url = "http://127.0.0.1:" + port + path;
            try (var body = opened(client.open(new Download(url, host, 100, soon())))) {
                assertThat(new String(body.readAllBytes(), US_ASCII))
                        .isEqualTo(path.equals("/3") ? "127.0.0.1:" + other : "www.example");
            }
        }
    }

    @Test
    void whatIsOpenCountsUntilItIsClosed() throws Exception {
        var port = serve(request -> request.response().end("here"));
        var client = client(anywhere(), null);
        var download = download("http://127.0.0.1:" + port + "/", 10);
        var open = new ArrayList<IncomingBody>();
        for (var i = 0; i < 64; i++) {
            open.add(opened(client.open(download)));
        }

        assertThat(client.open(download)).isEqualTo(new Fetched.Busy());
        open.getFirst().close();
        open.getFirst().close();
        opened(client.open(download));
        assertThat(client.open(download)).isEqualTo(new Fetched.Busy());
    }

    private Download download(String url, long maxBytes) {
        return new Download(url, Map.of(), maxBytes, soon());
    }

    private static IncomingBody opened(Opened opened) {
        assertThat(opened).isInstanceOf(Opened.Incoming.class);
        return ((Opened.Incoming) opened).body();
    }

    @Test
    void theCertificateMustBeTheHosts(@TempDir Path folder) throws Exception {
        var store = certificate(folder.resolve("store.p12"), "media.example");
        var server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setSni(true)
                                        .setKeyCertOptions(store))
                        .requestHandler(request ->
                                request.response().end(request.connection().indicatedServerName()))
                        .listen(0, "127.0.0.1")
                        .await();
        names.put("media.example", () -> List.of(HERE));
        names.put("other.example", () -> List.of(HERE));
        var trusting = client(anywhere(), store);
        var port = server.actualPort();

        assertThat(text(trusting.get("https://media.example:" + port + "/", soon())))
                .isEqualTo("media.example");
        for (var host : List.of("other.example", "127.0.0.1")) {
            assertThat(reason(trusting.get("https://" + host + ":" + port + "/", soon())))
                    .isEqualTo("no trusted TLS connection");
        }
        assertThat(reason(get(anywhere(), "https://media.example:" + port + "/")))
                .isEqualTo("no trusted TLS connection");
    }

    private static PfxOptions certificate(Path store, String host) throws Exception {
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

    private Fetched get(FetchConfig config, String url) throws InterruptedException {
        return client(config, null).get(url, soon());
    }

    private OutgoingClient client(FetchConfig config, @Nullable TrustOptions trusted) {
        return closed(new OutgoingClient(config, clock, this::lookup, trusted));
    }

    private Future<List<InetAddress>> lookup(String name) {
        var known = names.get(name);
        return known == null
                ? Future.failedFuture(new UnknownHostException(name))
                : Future.succeededFuture(known.get());
    }

    private OutgoingClient closed(OutgoingClient client) {
        opened.add(client);
        return client;
    }

    private static FetchConfig anywhere() {
        return new FetchConfig(true, Set.of(), Set.of(), MAX_BYTES, Duration.ofSeconds(20));
    }

    private static FetchConfig allowing(String... hosts) {
        return new FetchConfig(false, Set.of(hosts), Set.of(), MAX_BYTES, Duration.ofSeconds(20));
    }

    private Instant soon() {
        return clock.instant().plusSeconds(20);
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

    private static void redirected(HttpServerRequest request, int status, String location) {
        request.response().setStatusCode(status).putHeader("Location", location).end("elsewhere");
    }

    private int serve(Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    /** What answers as it likes once something was asked. */
    private int listen(Answering answer) throws IOException {
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

    private interface Answering {
        void to(Socket socket) throws IOException;
    }
}
