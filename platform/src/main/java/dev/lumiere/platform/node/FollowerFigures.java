package dev.lumiere.platform.node;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far each view and each member of a consumer of this node is behind, as Prometheus reads it.
 * Of two with the same labels, such as a view that is folded anew beside itself, the one that is
 * further behind counts.
 */
final class FollowerFigures implements MultiCollector {
    /** Of those that are furthest behind, so many partitions are looked into for their age. */
    private static final int LOOKED_INTO = 32;

    private final EventLog log;
    private final InstantSource clock;

    FollowerFigures(EventLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        var total = new TreeMap<Labels, Double>();
        var each = new TreeMap<Labels, Double>();
        var stopped = new TreeMap<Labels, Double>();
        var age = new TreeMap<Labels, Double>();
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
            age(following).ifPresent(seconds -> age.merge(labels, seconds, Math::max));
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

    /** 0 if nothing is left to it; empty if that cannot be read. */
    private Optional<Double> age(Following following) {
        var behind =
                following.partitions().entrySet().stream()
                        .filter(at -> lag(at) > 0)
                        .sorted(Comparator.comparingLong(this::lag).reversed())
                        .limit(LOOKED_INTO)
                        .toList();
        try {
            var now = clock.instant();
            var oldest = oldest(behind, now);
            return Optional.of(Math.max(0, Duration.between(oldest, now).toMillis() / 1000.0));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Instant oldest(List<Map.Entry<Integer, At>> behind, Instant now) throws IOException {
        var oldest = now;
        for (var at : behind) {
            for (var event : log.read(at.getKey(), at.getValue().position() + 1, 1)) {
                if (event.data().time().isBefore(oldest)) {
                    oldest = event.data().time();
                }
            }
        }
        return oldest;
    }
}
