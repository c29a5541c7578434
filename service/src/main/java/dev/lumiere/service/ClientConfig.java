package dev.lumiere.service;

import dev.lumiere.service.balance.BalancerConfig;
import java.time.Duration;

/**
 * How this process calls others.
 *
 * @param hostname own hostname: an instance of the same one is called over its Unix socket
 * @param connectTimeout how long to wait for a connection
 * @param idleTimeout an unused connection is closed after it; keep it below the servers' own
 * @param maxConnectionsPerInstance open connections to one instance; a call beyond it fails as one
 *     that could not connect
 * @param maxAttempts tries of one call, the first included
 */
public record ClientConfig(
        String hostname,
        Duration connectTimeout,
        Duration idleTimeout,
        int maxConnectionsPerInstance,
        int maxAttempts,
        BalancerConfig balancer) {
    public ClientConfig {
        if (maxConnectionsPerInstance < 1 || maxAttempts < 1) {
            throw new IllegalArgumentException("connections and attempts are at least 1");
        }
    }

    /** The usual settings, for a process in this zone on this host. */
    public static ClientConfig of(String zone, String hostname) {
        return new ClientConfig(
                hostname,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                1_000,
                4,
                BalancerConfig.inZone(zone));
    }
}
