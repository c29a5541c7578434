package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of the node has the name that a bucket might have. */
class FolderNameTest {
    private static final InstantSource CLOCK = () -> Instant.EPOCH;

    @Test
    void whoTakesItForABucketIsToldWhatItIs(@TempDir Path home) throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
                var catalog =
                        Catalog.open(
                                home.resolve("views"),
                                log,
                                "demo"::equals,
                                CLOCK,
                                UUID::randomUUID)) {
            var buckets = catalog.buckets();

            assertThatThrownBy(() -> buckets.create("demo", "a1", "z0"))
                    .isInstanceOf(Problem.Refused.class)
                    .hasMessageContaining("demo is a folder of this node");
            assertThatThrownBy(
                            () -> {
                                throw buckets.notFound("demo");
                            })
                    .hasMessageContaining("demo is a folder of this node");
            assertThatThrownBy(
                            () -> {
                                throw buckets.notFound("demos");
                            })
                    .hasMessageContaining("no such bucket: demos");
        }
    }
}
