package dev.lumiere.platform.log;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Puts a backup back, up to a position, and with it the consumers: their checkpoints are events
 * too, and what is taken away may be the events or the checkpoints.
 */
final class LogRestoration {
    private LogRestoration() {}

    /**
     * As {@link RocksBackups#restore(int, Path, PositionVector)}.
     *
     * @return up to where the log goes; checkpoints that were set back are events after that
     */
    static PositionVector restore(
            RocksBackups backups, int number, Path into, @Nullable PositionVector upTo)
            throws IOException {
        if (upTo == null) {
            return backups.restore(number, into, null);
        }
        var whole = new ArrayList<Progress>();
        backups.restore(
                number,
                into,
                upTo,
                log -> {
                    try (var seen = open(log, upTo)) {
                        whole.addAll(new ConsumerGroups(seen).progress());
                    }
                });
        try (var restored = open(into, upTo)) {
            new ConsumerGroups(restored).setBack(whole);
            return upTo;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: restore it anew", e);
        }
    }

    private static EventLog open(Path log, PositionVector end) throws IOException {
        return EventLog.open(new RocksLogDevice(log, end.partitions()));
    }
}
