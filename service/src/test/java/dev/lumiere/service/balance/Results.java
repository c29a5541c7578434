package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of all calls of one run. */
final class Results {
    private final TreeMap<String, Long> perInstance = new TreeMap<>();
    private long[] latencies = new long[1 << 16];
    private int calls;
    private int successes;
    private long attempts;
    private long repeats;
    private long sameZone;

    void sent(Instance to, String fromZone, boolean repeat) {
        attempts++;
        repeats += repeat ? 1 : 0;
        sameZone += to.zone().equals(fromZone) ? 1 : 0;
        perInstance.merge(to.id(), 1L, Long::sum);
    }

    void ended(boolean success, long nanos) {
        if (calls == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * calls);
        }
        latencies[calls++] = nanos;
        successes += success ? 1 : 0;
    }

    double successPercent() {
        return 100.0 * successes / calls;
    }

    double p99Millis() {
        return quantileMillis(0.99);
    }

    private double quantileMillis(double q) {
        var sorted = Arrays.copyOf(latencies, calls);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(calls - 1L, (long) (q * calls))] / 1e6;
    }

    /** A row of the table. */
    String row(String scenario, String strategy) {
        return String.format(
                Locale.ROOT,
                "| %-14s | %-16s | %7.3f | %5.0f | %6.0f | %6.0f | %6d | %4.0f | %-31s |",
                scenario,
                strategy,
                successPercent(),
                quantileMillis(0.5),
                p99Millis(),
                quantileMillis(1),
                repeats,
                100.0 * sameZone / attempts,
                shares());
    }

    private String shares() {
        return perInstance.values().stream()
                .map(n -> String.format(Locale.ROOT, "%.0f", 100.0 * n / attempts))
                .collect(Collectors.joining(" "));
    }
}
