package dev.lumiere.service.fetch;

import static dev.lumiere.service.fetch.Loopback.MAX_BYTES;
import static dev.lumiere.service.fetch.Loopback.anywhere;
import static dev.lumiere.service.fetch.Loopback.certificate;
import static dev.lumiere.service.fetch.Loopback.hurried;
import static dev.lumiere.service.fetch.Loopback.redirect;
import static dev.lumiere.service.fetch.Loopback.url;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingBodyTest {
    private static final String TOO_SLOW =
            "the answer comes too slowly: under 1024 bytes a second for 300 ms";

    @AutoClose private final Loopback loopback = new Loopback();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile byte[] whole = {};
    private long before = -1;

    @Test
    void aLargeBodyIsReadWhileItComesAndItsServerWaits() throws Exception {
        var total = 40 << 20;
        var sent = new AtomicLong();
        var port =
                loopback.listen(socket -> {
                    var out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n".getBytes(US_ASCII));
                    for (var chunk = new byte[64 << 10]; sent.get() < total; ) {
                        out.write(chunk);
                        sent.addAndGet(chunk.length);
                    }
                });
        var client = loopback.client(anywhere());

        try (var body = opened(client.open(download(url(port), total)))) {
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
                loopback.listen(socket -> {
                    var length = "Content-Length: " + whole.length + "\r\n";
                    var head = "HTTP/1.1 200 OK\r\n" + (tellsLength ? length : "") + "\r\n";
                    socket.getOutputStream().write(head.getBytes(US_ASCII));
                    socket.getOutputStream().write(whole);
                    socket.close();
                    closed.incrementAndGet();
                });
        assertWhole(loopback.client(anywhere()), url(port));
    }

    @Test
    void soItIsOverTls(@TempDir Path folder) throws Exception {
        var store = certificate(folder.resolve("store.p12"), "media.example");
        var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(store);
        var port =
                loopback.serve(
                        options,
                        request -> {
                            request.connection().closeHandler(_ -> closed.incrementAndGet());
                            request.response().end(Buffer.buffer(whole));
                        });
        loopback.name("media.example");
        assertWhole(loopback.client(anywhere(), store), "https://media.example:" + port + "/");
    }

    private void assertWhole(OutgoingClient client, String url) throws Exception {
        for (var size = 150_000; size <= 400_000; size += 25_000) {
            whole = bytes(size);
            closed.set(0);
            try (var body = opened(client.open(download(url, size)))) {
                await().until(() -> closed.get() == 1);
                assertThat(body.readAllBytes()).isEqualTo(whole);
            }
        }
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

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
        var port = loopback.answer(raw);
        var client = loopback.client(anywhere());

        try (var body = opened(client.open(download(url(port), 10)))) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage(reason);
        }
    }

    @Test
    void aBodyThatStopsComingIsNotWaitedForForEver() throws Exception {
        var port = loopback.serve(request -> request.response().setChunked(true).write("x"));
        var client = loopback.client(hurried());

        try (var body = opened(client.open(download(url(port), 10)))) {
            assertThatThrownBy(body::readAllBytes).hasMessage(TOO_SLOW);
        }
    }

    @Test
    void aBodyThatTricklesIsNotWaitedForForEver() throws Exception {
        var port = loopback.trickle();
        var client = loopback.client(hurried());

        try (var body = opened(client.open(download(url(port), 10_000)))) {
            assertThatThrownBy(body::readAllBytes).hasMessage(TOO_SLOW);
        }
    }

    @Test
    void aBodyThatKeepsItsPaceEndsInTimeOrIsGivenUp() throws Exception {
        var now = new AtomicReference<>(Instant.EPOCH);
        var port = loopback.serve(new byte[10_000]);
        var client = loopback.client(anywhere(), now::get);
        var download = new Download(url(port), Map.of(), MAX_BYTES, Instant.EPOCH.plusSeconds(60));

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
                loopback.serve(request -> {
                    var told = request.getHeader("If-None-Match");
                    request.response().setStatusCode("\"a\"".equals(told) ? 304 : 200).end();
                });
        var url = url(port);
        var client = loopback.client(anywhere());
        var asking = new Download(url, Map.of("If-None-Match", "\"a\""), 10, loopback.soon());

        assertThat(client.open(asking)).isEqualTo(new Opened.NotModified());
        opened(client.open(download(url, 10))).close();
    }

    @Test
    void theHostThatIsToldIsNotToldToOthers() throws Exception {
        var other = loopback.serve(request -> request.response().end(request.getHeader("Host")));
        var port =
                loopback.serve(request -> {
                    switch (request.uri()) {
                        case "/1" -> redirect(request, 302, "/2");
                        case "/3" -> redirect(request, 302, url(other));
                        default -> request.response().end(request.getHeader("Host"));
                    }
                });
        var client = loopback.client(anywhere());
        var host = Map.of("Host", "www.example");

        for (var path : List.of("/2", "/1", "/3")) {
            var url = "http://127.0.0.1:" + port + path;
            try (var body = opened(client.open(new Download(url, host, 100, loopback.soon())))) {
                assertThat(new String(body.readAllBytes(), US_ASCII))
                        .isEqualTo(path.equals("/3") ? "127.0.0.1:" + other : "www.example");
            }
        }
    }

    @Test
    void whatIsOpenCountsUntilItIsClosed() throws Exception {
        var port = loopback.serve(request -> request.response().end("here"));
        var client = loopback.client(anywhere());
        var download = download(url(port), 10);
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
        return new Download(url, Map.of(), maxBytes, loopback.soon());
    }

    private static IncomingBody opened(Opened opened) {
        assertThat(opened).isInstanceOf(Opened.Incoming.class);
        return ((Opened.Incoming) opened).body();
    }
}
