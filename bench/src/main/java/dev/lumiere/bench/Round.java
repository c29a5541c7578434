package dev.lumiere.bench;

import java.util.Locale;

/**
 * One peer under load for a while.
 *
 * @param cpuMillis of its whole process tree
 * @param peakBytes proportional set size of the tree, at its highest
 */
record Round(String peer, Load load, long cpuMillis, long peakBytes) {
    double cpuMillisPerRequest() {
        return (double) cpuMillis / Math.max(1, load.requests());
    }

    String inWords() {
        return String.format(
                Locale.ROOT,
                "%8.3f ms CPU  %8.1f req/s  p50 %7.2f ms  p99 %7.2f ms  %4d MB  %d failed",
                cpuMillisPerRequest(),
                load.requests() / load.seconds(),
                load.p50Millis(),
                load.p99Millis(),
                peakBytes >> 20,
                load.failures());
    }
}
