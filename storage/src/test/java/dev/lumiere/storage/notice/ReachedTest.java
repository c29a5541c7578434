package dev.lumiere.storage.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.notice.NoticeEvent.NoticesReached;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachedTest {
    @TempDir private Path home;

    private static Reached read(EventLog log) throws Exception {
        return Reached.read(log, 1, () -> Instant.EPOCH, UUID::randomUUID);
    }

    @Test
    void whoHasThePartitionNoMoreWritesNothing() throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(home, 2))) {
            var before = read(log);
            assertThat(before.last()).isNull();
            var first = new NoticesReached(7, Map.of("one/all", 5L));
            assertThat(before.write(first)).isTrue();

            var after = read(log);
            assertThat(after.last()).isEqualTo(first);
            var second = new NoticesReached(9, Map.of());
            assertThat(after.write(second)).isTrue();
            assertThat(after.write(second)).as("the same is not written twice").isTrue();

            assertThat(before.write(new NoticesReached(8, Map.of()))).isFalse();
            assertThat(read(log).last()).isEqualTo(second);
            assertThat(log.version(NoticeEvent.stream(1))).isEqualTo(2);
        }
    }
}
