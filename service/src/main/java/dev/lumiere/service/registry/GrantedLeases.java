package dev.lumiere.service.registry;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The leases given out over HTTP, each with the token that proves whose it is. Those that ended are
 * swept out when the number has doubled, so there are at most twice as many as are listed.
 */
final class GrantedLeases {
    private static final int SWEPT_FIRST_AT = 64;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final ConcurrentHashMap<String, Granted> byId = new ConcurrentHashMap<>();
    private volatile int sweptNextAt = SWEPT_FIRST_AT;

    record Granted(String token, Lease lease) {}

    GrantedLeases(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    Granted add(String id, Lease lease) {
        var hex = HexFormat.of();
        var token = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
        var granted = new Granted(token, lease);
        byId.put(id, granted);
        if (byId.size() >= sweptNextAt) {
            var now = clock.instant();
            byId.values().removeIf(g -> g.lease().expires().isBefore(now));
            sweptNextAt = Math.max(SWEPT_FIRST_AT, 2 * byId.size());
        }
        return granted;
    }

    /** The lease under this id; null if there is none, or the token is another's. */
    @Nullable Granted of(String id, @Nullable String token) {
        var granted = byId.get(id);
        return granted != null && (token == null || token.equals(granted.token)) ? granted : null;
    }

    void remove(String id, Granted granted) {
        byId.remove(id, granted);
    }
}
