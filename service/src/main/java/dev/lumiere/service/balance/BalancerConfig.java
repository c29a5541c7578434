package dev.lumiere.service.balance;

import java.time.Duration;

/**
 * How instances are chosen.
 *
 * @param zone the caller's own
 * @param minZoneInstances with fewer instances in all, zones play no part
 * @param slowStart how long a new instance, or one back from ejection, is given less than its share
 * @param consecutiveFailures as many in a row eject an instance
 * @param baseEjection how long the first time; grows by as much each time in a row
 * @param maxEjection the longest
 * @param maxEjectedShare the share of instances that may be ejected at once, though one always may;
 *     when more are (others having left), ejection is ignored
 * @param affinityLoadFactor how much more than the mean an instance may carry before calls go past
 *     it, above 1
 * @param latencyDecay τ of the moving average of latencies
 */
public record BalancerConfig(
        String zone,
        int minZoneInstances,
        Duration slowStart,
        int consecutiveFailures,
        Duration baseEjection,
        Duration maxEjection,
        double maxEjectedShare,
        double affinityLoadFactor,
        Duration latencyDecay) {

    public static BalancerConfig inZone(String zone) {
        return new BalancerConfig(
                zone,
                6,
                Duration.ofSeconds(20),
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(300),
                0.5,
                1.25,
                Duration.ofSeconds(10));
    }
}
