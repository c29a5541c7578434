package dev.lumiere.platform.node;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Followers.At;
import dev.lumiere.eventlog.Followers.Following;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * How far each view and each member of a consumer of this node is behind, as Prometheus reads it.
 * Of two with the same labels, such as a view that is folded anew beside itself, the one that is
 * further behind counts.
 */
final class FollowerFigures implements MultiCollector {
    /** Of those that are furthest behind, so many partitions are looked into for their age. */
    private static final int LOOKED_INTO = 32;

    /** After that no further event is read for a scrape. */
    private static final Duration READ_FOR = Duration.ofSeconds(2);

    private final EventLog log;
    private final InstantSource clock;
    private final LongSupplier nanos;

    FollowerFigures(EventLog log, InstantSource clock) {
        this(log, clock, System::nanoTime);
    }

    /**
     * Of a log.
     *
     * @param nanos time that goes by, as of {@link System#nanoTime}
     */
    FollowerFigures(EventLog log, InstantSource clock, LongSupplier nanos) {
        this.log = log;
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public MetricSnapshots collect() {
        var total = new TreeMap<Labels, Double>();
        var each = new TreeMap<Labels, Double>();
        var stopped = new TreeMap<Labels, Double>();
        var age = new TreeMap<Labels, Double>();
        var ages = new Ages();
        for (var following : log.followers().now()) {
            var labels =
                    Labels.of(
                            "kind", following.kind(),
                            "name", following.name(),
                            "member", following.member());
            var sum = 0L;
            var stops = 0;
            for (var at : following.partitions().entrySet()) {
                var lag = lag(at);
                sum += lag;
                stops += at.getValue().stopped() == null ? 0 : 1;
                var partition = labels.add("partition", at.getKey().toString());
                each.merge(partition, (double) lag, Math::max);
            }
            total.merge(labels, (double) sum, Math::max);
            stopped.merge(labels, (double) stops, Math::max);
            ages.of(following).ifPresent(seconds -> age.merge(labels, seconds, Math::max));
        }
        return MetricSnapshots.of(
                gauge(
                        "lumiere_log_follower_lag",
                        "Events that a view or a member of a consumer has not handled",
                        total),
                gauge("lumiere_log_follower_partition_lag", "The same, by partition", each),
                gauge(
                        "lumiere_log_follower_stopped",
                        "Partitions in which it does not go on until it is told to",
                        stopped),
                gauge(
                        "lumiere_log_follower_age_seconds",
                        "Age of the oldest event that it has not handled, by the event's own time",
                        age));
    }

    private static MetricSnapshot gauge(String name, String help, Map<Labels, Double> values) {
        var gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) ->
                gauge.dataPoint(
                        GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return gauge.build();
    }

    private long lag(Map.Entry<Integer, At> at) {
        return Math.max(0, log.end(at.getKey()) - at.getValue().position());
    }

    /**
     * Those of one scrape. It waits for no log that is away: after an event that could not be read,
     * or came late, no other is looked for.
     */
    private final class Ages {
        private final long start = nanos.getAsLong();
        private boolean failed;

        /** In seconds, 0 if nothing is left to it; empty if that is not known. */
        Optional<Double> of(Following following) {
            var behind =
                    following.partitions().entrySet().stream()
                            .filter(at -> lag(at) > 0)
                            .sorted(Comparator.comparingLong(FollowerFigures.this::lag).reversed())
                            .limit(LOOKED_INTO)
                            .toList();
            var now = clock.instant();
            var oldest = now;
            for (var at : behind) {
                var time = timeOfFirst(at);
                if (time.isEmpty()) {
                    return Optional.empty();
                }
                oldest = time.get().isBefore(oldest) ? time.get() : oldest;
            }
            return Optional.of(Math.max(0, Duration.between(oldest, now).toMillis() / 1000.0));
        }

        private Optional<Instant> timeOfFirst(Map.Entry<Integer, At> at) {
            if (failed || nanos.getAsLong() - start >= READ_FOR.toNanos()) {
                return Optional.empty();
            }
            try {
                var first = log.read(at.getKey(), at.getValue().position() + 1, 1);
                return first.stream().map(event -> event.data().time()).findFirst();
            } catch (CorruptLogException _) { // which others are not hindered by
                return Optional.empty();
            } catch (IOException | RuntimeException _) { // of a log that is being closed
                failed = true;
                return Optional.empty();
            }
        }
    }
}
