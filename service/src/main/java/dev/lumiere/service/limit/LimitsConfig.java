package dev.lumiere.service.limit;

import dev.lumiere.service.Settings;
import java.time.Duration;

/**
 * What a server allows.
 *
 * @param isForAll whether others than the node may call
 * @param requestsPerAddress per second and caller's address; 0 for as many as it likes
 * @param requestsPerKey per second and access key; 0 for as many as it likes
 * @param callers who is told apart
 * @param connections at once; those beyond are closed
 * @param connectionsPerAddress of them of one address, which may be that of a proxy; 0 for all
 * @param requestTime from the first byte of a request until all of its head is there
 */
public record LimitsConfig(
        boolean isForAll,
        int requestsPerAddress,
        int requestsPerKey,
        Callers callers,
        int connections,
        int connectionsPerAddress,
        Duration requestTime) {
    private static final int CONNECTIONS = 16_384;
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final Duration REQUEST_TIME = Duration.ofSeconds(20);

    /** Nothing to mention, for servers whose only caller is the node. */
    public static LimitsConfig none() {
        return new LimitsConfig(false, 0, 0, Callers.direct(), MAX_CONNECTIONS, 0, REQUEST_TIME);
    }

    /**
     * Reads {@code MODULE.…}. Rates are off unless they are set: at home all callers have one
     * address, and behind a proxy that nobody has named yet they have too.
     */
    public static LimitsConfig from(Settings settings, String module) {
        return new LimitsConfig(
                true,
                settings.integer(module + ".requestsPerAddress", 0, 0, Rate.MAX_PER_SECOND),
                settings.integer(module + ".requestsPerKey", 0, 0, Rate.MAX_PER_SECOND),
                Callers.from(settings, module + ".trustedProxies"),
                settings.integer(module + ".connections", CONNECTIONS, 1, MAX_CONNECTIONS),
                settings.integer(module + ".connectionsPerAddress", 0, 0, MAX_CONNECTIONS),
                settings.duration(module + ".requestTime", REQUEST_TIME));
    }
}
