package dev.lumiere.platform.log;

import dev.lumiere.api.LogCare;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Findings;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import dev.lumiere.eventlog.json.PageJson.Page;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.ArchivedLogDevice;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.rocks.Verification;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.LogConfig;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log in a folder that no node has; nothing here changes it. */
final class FolderLog implements LogAccess {
    private final Path folder;
    private final LogConfig config;
    private final Path home;
    private @Nullable EventLog open;

    FolderLog(Path folder, LogConfig config, Path home) {
        this.folder = folder;
        this.config = config;
        this.home = home;
    }

    @Override
    public String where() {
        return "the folder " + folder + " (no node runs there)";
    }

    /** Opened when it is first read: what is damaged can be verified, though not read. */
    private EventLog log() throws IOException {
        var log = open;
        if (log == null) {
            var device = RocksLogDevice.readOnly(folder);
            var archive = archive();
            log = EventLog.open(archive == null ? device : new ArchivedLogDevice(device, archive));
            open = log;
        }
        return log;
    }

    private @Nullable Archive archive() throws IOException {
        return config.archive() == null ? null : new Archive(config.archive());
    }

    @Override
    public PositionVector end() throws IOException {
        return log().end();
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return log().streams(prefix, after, max);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, int max, boolean backwards)
            throws IOException {
        return backwards
                ? log().readStreamBackwards(stream, from, max)
                : log().readStream(stream, from, max);
    }

    @Override
    public List<Event> read(int partition, long from, int max) throws IOException {
        var log = log();
        if (partition >= log.partitions()) {
            throw new IllegalArgumentException(
                    "partition not in 0..%d: %d".formatted(log.partitions() - 1, partition));
        }
        return log.read(partition, from, max);
    }

    @Override
    public Page readAll(PositionVector after, int max) throws IOException {
        var merged = log().readAll(after, max);
        return new Page(merged.events(), merged.position().toString());
    }

    @Override
    public String follow(String after, @Nullable String category, Consumer<Event> events) {
        throw new StartFailure(
                "no node runs on %s, so nothing comes; see what is there with log read --all"
                        .formatted(home));
    }

    @Override
    public List<Progress> consumers() throws IOException {
        return new ConsumerGroups(log()).progress();
    }

    @Override
    public String verify() throws IOException {
        return LogCare.json(Verification.of(folder), archived());
    }

    private Findings archived() throws IOException {
        try (var device = device()) {
            return LogCare.verified(archive(), device);
        }
    }

    private @Nullable LogDevice device() {
        try {
            return RocksLogDevice.readOnly(folder);
        } catch (IOException _) { // which was found already
            return null;
        }
    }

    @Override
    public String backUp(int keep) throws IOException {
        try (var _ = Home.open(home);
                var device = new RocksLogDevice(folder, config.partitions())) {
            var backups = new RocksBackups(config.backups());
            var made = backups.create(device);
            backups.keep(keep);
            return LogCare.json(made);
        }
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }
}
