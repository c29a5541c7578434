package dev.lumiere.storage.source;

import dev.lumiere.service.Settings;
import java.time.Duration;

/**
 * How much may come from elsewhere to be kept. Where it may come from, and how long nothing may
 * come, is said by {@link dev.lumiere.service.fetch.FetchConfig}.
 *
 * @param maxBytes of one object
 * @param timeout for all of one object
 */
public record SourceConfig(long maxBytes, Duration timeout) {
    private static final long MAX_BYTES = 1L << 30;
    private static final long MOST_BYTES = 1L << 40;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    public SourceConfig {
        if (maxBytes < 1 || maxBytes > MOST_BYTES) {
            throw new IllegalArgumentException("maxBytes not in 1..1TiB: " + maxBytes);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
    }

    /** 1 GiB, as for a form's file, and 10 minutes. */
    public static SourceConfig defaults() {
        return new SourceConfig(MAX_BYTES, TIMEOUT);
    }

    /** Reads {@code storage.fetch…}; what is wrong becomes a fault of the settings. */
    public static SourceConfig from(Settings settings) {
        var maxBytes = settings.bytes("storage.fetchMaxBytes", MAX_BYTES);
        if (maxBytes < 1 || maxBytes > MOST_BYTES) {
            settings.fault("storage.fetchMaxBytes is not from 1 to 1TiB: " + maxBytes);
            maxBytes = MAX_BYTES;
        }
        var timeout = settings.duration("storage.fetchTimeout", TIMEOUT);
        if (!timeout.isPositive()) {
            settings.fault("storage.fetchTimeout is not positive");
            timeout = TIMEOUT;
        }
        return new SourceConfig(maxBytes, timeout);
    }
}
