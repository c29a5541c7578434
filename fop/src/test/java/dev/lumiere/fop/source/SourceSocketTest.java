package dev.lumiere.fop.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.file.OpenFile;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class SourceSocketTest {
    private static final Instant DEADLINE = Instant.EPOCH.plusSeconds(30);

    @TempDir Path folder;
    private Instant now = Instant.EPOCH;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final HttpClient client = vertx.createHttpClient();
    private SourceSocket socket;

    @BeforeEach
    void listen() {
        socket =
                new SourceSocket(
                        vertx,
                        folder.resolve("s.sock"),
                        folder.resolve("scratch"),
                        () -> now,
                        new Random(1));
    }

    @AfterEach
    void stop() {
        socket.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3,    206, 0123,       bytes 0-3/10",
        "bytes=8-20,   206, 89,         bytes 8-9/10",
        "bytes=7-,     206, 789,        bytes 7-9/10",
        "bytes=-2,     206, 89,         bytes 8-9/10",
        "bytes=-20,    206, 0123456789, bytes 0-9/10",
        "'bytes=0-1,3-4', 200, 0123456789,",
        "lines=1-2,    200, 0123456789,",
        "bytes=-,      200, 0123456789,",
    })
    void givesRangesOfFilesAndOfBytes(String range, int status, String body, String contentRange)
            throws IOException {
        Files.writeString(folder.resolve("f"), "0123456789");
        var file = OpenFile.beneath(folder, Path.of("f"));
        try (var grants = socket.grants(DEADLINE)) {
            for (var input :
                    new Capability[] {
                        grants.input(file, "text/plain"),
                        grants.input(Buffer.buffer("0123456789"), "text/plain")
                    }) {
                var request = open(HttpMethod.GET, input).putHeader("Range", range);
                var whole = request.response().compose(HttpClientResponse::body);
                request.send();
                var text = whole.await();

                var response = request.response().await();
                assertThat(response.statusCode()).isEqualTo(status);
                assertThat(text).hasToString(body);
                assertThat(response.getHeader("Content-Range")).isEqualTo(contentRange);
                assertThat(response.getHeader("Content-Type")).isEqualTo("text/plain");
            }
        }
    }

    @Test
    void refusesARangeThatIsNotThere() {
        try (var grants = socket.grants(DEADLINE)) {
            var input = grants.input(Buffer.buffer("0123456789"), "text/plain");
            var response = open(HttpMethod.GET, input).putHeader("Range", "bytes=10-").send();

            assertThat(response.await().statusCode()).isEqualTo(416);
            assertThat(response.await().getHeader("Content-Range")).isEqualTo("bytes */10");
        }
    }

    @Test
    void aCapabilityIsGoodUntilItsGrantsAreClosed() {
        var grants = socket.grants(DEADLINE);
        var input = grants.input(Buffer.buffer("x"), "text/plain");
        assertThat(status(HttpMethod.GET, input)).isEqualTo(200);
        assertThat(status(HttpMethod.HEAD, input)).isEqualTo(200);

        grants.close();

        assertThat(status(HttpMethod.GET, input)).isEqualTo(404);
    }

    @Test
    void aCapabilityIsGoodUntilTheDeadline() {
        try (var grants = socket.grants(DEADLINE)) {
            var input = grants.input(Buffer.buffer("x"), "text/plain");
            now = DEADLINE.minusNanos(1);
            assertThat(status(HttpMethod.GET, input)).isEqualTo(200);

            now = DEADLINE;
            assertThat(status(HttpMethod.GET, input)).isEqualTo(403);
        }
    }

    @Test
    void aCapabilityIsGoodForOneThingOnly() {
        try (var grants = socket.grants(DEADLINE)) {
            var input = grants.input(Buffer.buffer("x"), "text/plain");
            var output = grants.output(10);

            assertThat(status(HttpMethod.PUT, input)).isEqualTo(403);
            assertThat(status(HttpMethod.DELETE, input)).isEqualTo(403);
            assertThat(status(HttpMethod.GET, output.capability())).isEqualTo(403);
            assertThat(status(HttpMethod.GET, new Capability("guessed"))).isEqualTo(404);
            assertThat(status(HttpMethod.GET, new Capability(""))).isEqualTo(404);
        }
    }

    @Test
    void theLastWholeOutputStands() {
        try (var grants = socket.grants(DEADLINE)) {
            var output = grants.output(10);
            for (var text : new String[] {"first", "second"}) {
                var put =
                        open(HttpMethod.PUT, output.capability()).putHeader("Content-Type", "a/b");
                assertThat(put.send(Buffer.buffer(text)).await().statusCode()).isEqualTo(204);
            }

            var written = requireNonNull(output.written());
            assertThat(written.file()).hasContent("second");
            assertThat(written.size()).isEqualTo(6);
            assertThat(written.contentType()).isEqualTo("a/b");
        }
        await().until(this::scratchIsEmpty);
    }

    @Test
    void refusesAnOutputOverTheBoundAnnouncedOrNot() {
        try (var grants = socket.grants(DEADLINE)) {
            var output = grants.output(10);
            var announced = open(HttpMethod.PUT, output.capability());
            assertThat(announced.send(Buffer.buffer("0123456789+")).await().statusCode())
                    .isEqualTo(413);
            var chunked = open(HttpMethod.PUT, output.capability()).setChunked(true);
            chunked.write(Buffer.buffer("012345"));
            chunked.write(Buffer.buffer("6789+"));
            assertThat(chunked.response().await().statusCode()).isEqualTo(413);

            assertThat(output.written()).isNull();
        }
        await().until(this::scratchIsEmpty);
    }

    @Test
    void aTruncatedOutputIsNone() {
        try (var grants = socket.grants(DEADLINE)) {
            var output = grants.output(1000);
            var put = open(HttpMethod.PUT, output.capability()).setChunked(true);
            put.write(Buffer.buffer("half")).await();
            await().until(() -> !scratchIsEmpty());

            put.connection().close().await();

            await().until(this::scratchIsEmpty);
            assertThat(output.written()).isNull();
        }
    }

    private boolean scratchIsEmpty() throws IOException {
        try (var files = Files.list(folder.resolve("scratch"))) {
            return files.findAny().isEmpty();
        }
    }

    private int status(HttpMethod method, Capability capability) {
        return open(method, capability).send().await().statusCode();
    }

    private HttpClientRequest open(HttpMethod method, Capability capability) {
        return client.request(
                        new RequestOptions()
                                .setServer(
                                        SocketAddress.domainSocketAddress(socket.path().toString()))
                                .setHost("source")
                                .setMethod(method)
                                .setURI("/" + capability.token()))
                .await();
    }
}
