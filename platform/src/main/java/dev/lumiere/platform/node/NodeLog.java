package dev.lumiere.platform.node;

import dev.lumiere.api.LogCare;
import dev.lumiere.api.LogHandler;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Forwarding;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.eventlog.kafka.KafkaLogDevice;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.ArchiveVerification;
import dev.lumiere.eventlog.retention.ArchivedLogDevice;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Health.Status;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event log of a node, on the device that the configuration names. */
final class NodeLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);

    private final EventLog log;
    private final LogDevice device;
    private final LogCare care;
    private @Nullable LogUpkeep upkeep;

    private NodeLog(EventLog log, LogDevice device, LogCare care) {
        this.log = log;
        this.device = device;
        this.care = care;
    }

    /**
     * Opens it.
     *
     * @throws StartFailure naming where it is kept and why it cannot be opened
     */
    static NodeLog open(LogConfig config, Forwarding forwarding) {
        try {
            var archive = config.archive() == null ? null : archive(config.archive());
            var node = open(config, forwarding, archive);
            node.keepUp(config, archive);
            return node;
        } catch (IOException e) {
            throw new StartFailure(
                    "the event log in %s cannot be opened: %s"
                            .formatted(where(config), e.getMessage()));
        }
    }

    /** One that is damaged does not keep the node from starting: the rest of it is read. */
    private static Archive archive(Path folder) throws IOException {
        var archive = new Archive(DurableFiles.createFolders(folder));
        for (var finding : ArchiveVerification.ofFiles(archive).listed()) {
            LOG.error(
                    "the archive is damaged, {}: {}; nothing that it held is read",
                    finding.where(),
                    finding.what());
        }
        return archive;
    }

    private static String where(LogConfig config) {
        return switch (config.device()) {
            case LogConfig.Device.Rocks rocks -> rocks.folder().toString();
            case LogConfig.Device.Postgres postgres -> postgres.config().toString();
            case LogConfig.Device.Kafka kafka ->
                    kafka.config().servers() + "/" + kafka.config().topic();
        };
    }

    private static NodeLog open(LogConfig config, Forwarding forwarding, @Nullable Archive archive)
            throws IOException {
        return switch (config.device()) {
            case LogConfig.Device.Rocks rocks -> {
                var device =
                        new RocksLogDevice(
                                rocks.folder(), config.partitions(), rocks.reserveBytes());
                var backups = new RocksBackups(config.backups());
                yield new NodeLog(
                        EventLog.open(withArchive(device, archive)),
                        device,
                        LogCare.of(device, archive, backups, config.backups().toString()));
            }
            case LogConfig.Device.Postgres postgres ->
                    shared(new PostgresLogDevice(postgres.config()), config, forwarding, archive);
            case LogConfig.Device.Kafka kafka ->
                    shared(
                            new KafkaLogDevice(kafka.config(), RandomGenerator.getDefault()),
                            config,
                            forwarding,
                            archive);
        };
    }

    private static NodeLog shared(
            LogDevice device, LogConfig config, Forwarding forwarding, @Nullable Archive archive)
            throws IOException {
        return new NodeLog(
                EventLog.open(withArchive(device, archive), config.address(), forwarding),
                device,
                LogCare.none());
    }

    private static LogDevice withArchive(LogDevice device, @Nullable Archive archive) {
        return archive == null ? device : new ArchivedLogDevice(device, archive);
    }

    private void keepUp(LogConfig config, @Nullable Archive archive) {
        if (!config.retention().isEmpty() || archive != null) {
            var retention = new Retention(log, device, config.retention(), archive);
            var started = new LogUpkeep(log, retention, archive, config.archived());
            started.start();
            upkeep = started;
        }
    }

    EventLog log() {
        return log;
    }

    LogCare care() {
        return care;
    }

    /** Whether it takes appends. */
    Status status() {
        var closed = log.closedBecause();
        var reason = closed == null ? log.full() : closed;
        return reason == null
                ? Status.up("takes appends, ends at " + log.end())
                : Status.down("takes no appends: " + reason);
    }

    /**
     * Its figures.
     *
     * @param face who reads over HTTP
     * @param clock by which events are old
     */
    void meteredBy(PrometheusMeterRegistry meters, LogHandler face, InstantSource clock) {
        meters.getPrometheusRegistry().register(new FollowerFigures(log, clock));
        var before = log.end();
        FunctionCounter.builder("lumiere.log.events", log, l -> l.end().since(before))
                .description("Events that came into the log since the node started")
                .register(meters);
        Gauge.builder("lumiere.log.queued", log, EventLog::queued)
                .description("Appends that wait for their turn")
                .register(meters);
        Gauge.builder("lumiere.log.tails", face, LogHandler::tails)
                .description("Readers that follow over HTTP")
                .register(meters);
        Gauge.builder("lumiere.log.tail.lag", face, LogHandler::tailLag)
                .description("Events that the slowest of them has not been sent")
                .register(meters);
        for (var partition = 0; partition < log.partitions(); partition++) {
            var p = partition;
            Gauge.builder("lumiere.log.position", log, l -> l.end().of(p))
                    .tag("partition", Integer.toString(partition))
                    .description("The last position of a partition")
                    .register(meters);
        }
    }

    @Override
    public void close() throws IOException {
        if (upkeep != null) {
            upkeep.close();
        }
        log.close();
    }
}
