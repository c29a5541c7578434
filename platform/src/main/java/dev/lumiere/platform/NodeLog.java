package dev.lumiere.platform;

import dev.lumiere.api.LogCare;
import dev.lumiere.api.LogHandler;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Forwarding;
import dev.lumiere.eventlog.postgres.PostgresLogConfig;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Health.Status;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;

/** The event log of a node, on the device that the configuration names. */
final class NodeLog implements AutoCloseable {
    private final EventLog log;
    private final LogCare care;

    private NodeLog(EventLog log, LogCare care) {
        this.log = log;
        this.care = care;
    }

    /**
     * Opens it.
     *
     * @throws StartFailure naming where it is kept and why it cannot be opened
     */
    static NodeLog open(LogConfig config, Forwarding forwarding) {
        return switch (config.device()) {
            case LogConfig.Device.Rocks rocks -> openFolder(rocks, config);
            case LogConfig.Device.Postgres postgres ->
                    openDatabase(postgres.config(), config.address(), forwarding);
            case LogConfig.Device.Kafka _ -> throw notThere("Kafka");
        };
    }

    private static StartFailure notThere(String engine) {
        return new StartFailure(
                "log.device: this build has no log on %s yet; leave it at rocks".formatted(engine));
    }

    private static NodeLog openFolder(LogConfig.Device.Rocks rocks, LogConfig config) {
        try {
            var device = new RocksLogDevice(rocks.folder(), config.partitions());
            var care =
                    LogCare.of(
                            device,
                            new RocksBackups(config.backups()),
                            config.backups().toString());
            return new NodeLog(EventLog.open(device), care);
        } catch (IOException e) {
            throw new StartFailure(
                    "the event log in %s cannot be opened: %s"
                            .formatted(rocks.folder(), e.getMessage()));
        }
    }

    private static NodeLog openDatabase(
            PostgresLogConfig config, String address, Forwarding forwarding) {
        try {
            var device = new PostgresLogDevice(config);
            return new NodeLog(EventLog.open(device, address, forwarding), LogCare.none());
        } catch (IOException e) {
            throw new StartFailure("the event log cannot be opened: " + e.getMessage());
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
        var reason = log.closedBecause();
        return reason == null
                ? Status.up("takes appends, ends at " + log.end())
                : Status.down("takes no appends: " + reason);
    }

    /**
     * Its figures.
     *
     * @param face who reads over HTTP
     */
    void meteredBy(MeterRegistry meters, LogHandler face) {
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
        log.close();
    }
}
