package dev.lumiere.platform.log;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Handled;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a backup back, up to a position, and with it the consumers: their checkpoints are events
 * too, and what is taken away may be the events or the checkpoints.
 */
final class LogRestoration implements RocksBackups.Witness {
    private final int partitions;
    private List<Handled> handled = List.of();

    private LogRestoration(int partitions) {
        this.partitions = partitions;
    }

    /**
     * As {@link RocksBackups#restore(int, Path, PositionVector)}.
     *
     * @return up to where the log goes; checkpoints that were set back are events after that
     */
    static PositionVector restore(
            RocksBackups backups, int number, Path into, @Nullable PositionVector upTo)
            throws IOException {
        return upTo == null
                ? backups.restore(number, into, null)
                : backups.restore(number, into, upTo, new LogRestoration(upTo.partitions()));
    }

    @Override
    public void before(Path log) throws IOException {
        try (var seen = open(log)) {
            handled = new ConsumerGroups(seen).handled();
        }
    }

    @Override
    public void after(Path log) throws IOException {
        try (var restored = open(log)) {
            new ConsumerGroups(restored).setBack(handled);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: restore it anew", e);
        }
    }

    private EventLog open(Path log) throws IOException {
        return EventLog.open(new RocksLogDevice(log, partitions));
    }
}
