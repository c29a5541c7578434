package dev.lumiere.storage.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.rule.Quota;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is fetched from a source that has sent its headers, and no more. */
class SourceFetchTest {
    private static final InstantSource CLOCK = () -> Instant.parse("2026-06-01T00:00:00Z");

    @TempDir private Path home;
    private final Vertx vertx = Vertx.vertx();
    private OriginServer source;
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private SourceFetch fetch;

    @BeforeEach
    void start() throws Exception {
        source = new OriginServer().put("/begun", "eight...");
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), CLOCK);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, CLOCK, UUID::randomUUID);
        var here =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofSeconds(60));
        outgoing = new OutgoingClient(vertx, here, CLOCK);
        var sources = new Sources(outgoing, blobs, SourceConfig.defaults(), CLOCK);
        fetch = new SourceFetch(sources, catalog, CLOCK);
        catalog.buckets().create("photos", "a1", "z0");
    }

    @AfterEach
    void stop() throws Exception {
        source.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
        vertx.close().await();
    }

    private Problem refused(String account) {
        var wish = Wish.of(source.url() + "/begun", "", "photos", "a");
        var refused = catchThrowableOfType(Problem.Refused.class, () -> fetch.run(account, wish));
        return Objects.requireNonNull(refused).problem();
    }

    @Test
    void whatABucketHasNoRoomForIsNotWaitedFor() {
        catalog.buckets().set("photos", settings -> settings.with(new Quota(7, -1)));

        var problem = refused("a1");

        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.error()).contains("0 of 7 bytes are used, 8 more do not fit");
    }

    @Test
    void norIsWhatIsForABucketOfAnother() {
        assertThat(refused("a2")).isEqualTo(Problem.of(631, "no such bucket: photos"));
    }

    @Test
    void whatFitsIsThere() throws Exception {
        catalog.buckets().set("photos", settings -> settings.with(new Quota(8, -1)));
        source.letGo();

        var fetched = fetch.run("a1", Wish.of(source.url() + "/begun", "", "photos", "a"));

        assertThat(catalog.find("photos", "a")).isEqualTo(fetched);
    }
}
