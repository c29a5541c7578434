package dev.lumiere.storage.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.Origins;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.upload.MediaFacts;
import dev.lumiere.storage.upload.ObjectCallbacks;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Origins that lie, stall or never end, for who reads from a mirror and for who fetches: nothing
 * half is kept, and no place is held. In what they say {@code |} ends a line, and behind {@code ~}
 * is what they repeat, slowly, or behind {@code ~~} as fast as they can.
 */
class HostileOriginsTest {
    private static final int MAX_BYTES = 1 << 20;
    private static final Duration DRIP = Duration.ofMillis(20);
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir private Path home;
    private final Vertx vertx = Vertx.vertx();
    private volatile String says = "";
    private ServerSocket hostile;
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private FetchesWaiting waiting;
    private OriginPulls pulls;
    private FetchQueue queue;

    @BeforeEach
    void start() throws Exception {
        hostile = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::serve);
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), CLOCK);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, CLOCK, UUID::randomUUID);
        waiting = FetchesWaiting.open(home.resolve("fetches"), log);
        var fetch =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofSeconds(2));
        outgoing = new OutgoingClient(vertx, fetch, CLOCK);
        var config = new SourceConfig(MAX_BYTES, Duration.ofMinutes(1));
        var sources = new Sources(outgoing, blobs, config, CLOCK);
        var key = new SecretKeySpec(new byte[32], "HmacSHA256");
        pulls = new OriginPulls(sources, catalog, key, CLOCK);
        var source = new SourceFetch(sources, catalog, CLOCK);
        var callbacks =
                new ObjectCallbacks(
                        outgoing::post, _ -> null, MediaFacts.NONE, CLOCK, UUID::randomUUID);
        queue = new FetchQueue(source, callbacks, waiting, log, CLOCK, UUID::randomUUID);
        catalog.buckets().create("mirror", "a1", "z0");
        catalog.buckets().mirror("mirror", Origin.parse(url(), ""));
    }

    @AfterEach
    void end() throws Exception {
        queue.close();
        pulls.close();
        waiting.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
        hostile.close();
        vertx.close().await();
    }

    private String url() {
        return "http://127.0.0.1:" + hostile.getLocalPort();
    }

    private void serve() {
        while (!hostile.isClosed()) {
            try {
                var socket = hostile.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException _) {
                // it is closed
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            var _ = socket.getInputStream().read(new byte[4096]);
            var parts = says.replace("|", "\r\n").split("~", 3);
            var out = socket.getOutputStream();
            write(out, parts[0]);
            while (parts.length > 1) {
                write(out, parts[parts.length - 1]);
                if (parts.length == 2) {
                    LockSupport.parkNanos(DRIP.toNanos());
                }
            }
        } catch (IOException _) {
            // nobody reads on
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 100000||~x', comes too slowly: under 1024 bytes a second for 2000 ms",
        "'Transfer-Encoding: chunked||~1|x|', comes too slowly: under 1024 bytes a second for"
                + " 2000 ms",
        "'|~x', comes too slowly: under 1024 bytes a second for 2000 ms",
        "'X-Slow: ~x', cannot be read in time",
        "'X-Endless: ~~xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', cannot be read",
        "'Transfer-Encoding: chunked||~~10|0123456789abcdef|', OVER",
        "'|~~0123456789abcdef', OVER",
        "'Content-Length: 1048577||', OVER",
        "'Content-Length: 999999999999999999||', OVER",
        "'Content-Length: 9999999999999999999||', cannot be read",
        "'Content-Length: 9||half', cannot be read",
        "'Content-Length: -1||half', cannot be read",
        "'Content-Length: 4|Content-Length: 9||half', cannot be read",
        "'Content-Length: 4|Transfer-Encoding: chunked||4|half|0||', cannot be read",
        "'Transfer-Encoding: chunked||4|half|', cannot be read",
        "'Transfer-Encoding: chunked||9|half', cannot be read",
        "'Transfer-Encoding: chunked||4|half|zz|', cannot be read",
        "'Content-Encoding: gzip|Content-Length: 1||x', is encoded",
        "'Content-Length: 4|', cannot be read",
    })
    void nothingIsKeptOfWhatIsNotWhole(String answer, String fault) throws Exception {
        says = "HTTP/1.1 200 OK|" + answer;
        var reason = fault.equals("OVER") ? "over 1048576 bytes" : "the answer " + fault;

        var id = queue.add("a1", Wish.of(url() + "/b", "", "mirror", "b")).id();
        var mirror = Objects.requireNonNull(catalog.buckets().find("mirror"));
        var refused = catchThrowableOfType(Problem.Refused.class, () -> pulls.pull(mirror, "a"));

        assertThat(Objects.requireNonNull(refused).problem())
                .isEqualTo(Problem.of(478, "the source of bucket mirror failed: " + reason));
        await().until(() -> last(id) instanceof FetchEvent.FetchFailed);
        var failed = (FetchEvent.FetchFailed) last(id);
        assertThat(failed.status()).isEqualTo(478);
        assertThat(failed.reason()).isEqualTo("the source: " + reason);
        queue.close();
        assertThat(catalog.find("mirror", "a")).isNull();
        assertThat(catalog.find("mirror", "b")).isNull();
        assertThat(blobs.list(null, 10)).isEmpty();
        try (var files = Files.walk(home.resolve("blobs"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .containsExactly(home.resolve("blobs/lock"));
        }
    }

    private FetchEvent last(UUID id) throws Exception {
        var events = log.readStreamBackwards(FetchEvent.stream(id), Long.MAX_VALUE, 1);
        return Objects.requireNonNull(FetchEvent.TYPES.event(events.getFirst().data()));
    }

    /** As RFC 9112, section 6.3, has it, also where nothing says it but the close. */
    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 0||', 0",
        "'Content-Length: 0||more', 0",
        "'Transfer-Encoding: chunked||0||', 0",
        "'|', 0",
        "'Content-Length: 4||half and more', 4",
        "'|all of it', 9",
    })
    void theEndIsWhereItIsSaidToBe(String answer, long size) throws Exception {
        says = "HTTP/1.1 200 OK|" + answer;

        var id = queue.add("a1", Wish.of(url() + "/b", "", "mirror", "b")).id();
        var mirror = Objects.requireNonNull(catalog.buckets().find("mirror"));

        assertThat(pulls.pull(mirror, "a")).isEqualTo(new Origins.Pull.Kept());
        assertThat(Objects.requireNonNull(catalog.find("mirror", "a")).size()).isEqualTo(size);
        await().until(() -> queue.find("a1", id).ahead() == -1);
        assertThat(Objects.requireNonNull(catalog.find("mirror", "b")).size()).isEqualTo(size);
    }
}
