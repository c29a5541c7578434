package dev.lumiere.service.limit;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often callers may ask, by the address they come from and the key they sign with. Never waits;
 * takes well under a microsecond.
 */
public final class RateLimits {
    /** By which a proxy tells whom it was called by. */
    public static final String FORWARDED = "X-Forwarded-For";

    private final Callers callers;
    private final @Nullable TokenBuckets<Long> addresses;
    private final @Nullable TokenBuckets<String> keys;

    /**
     * As configured.
     *
     * @param nanos a clock that never goes back, such as {@code System::nanoTime}
     */
    public RateLimits(LimitsConfig config, LongSupplier nanos) {
        callers = config.callers();
        addresses = buckets(config.requestsPerAddress(), nanos);
        keys = buckets(config.requestsPerKey(), nanos);
    }

    private static <K> @Nullable TokenBuckets<K> buckets(int perSecond, LongSupplier nanos) {
        return perSecond == 0 ? null : new TokenBuckets<>(Rate.of(perSecond), nanos);
    }

    /** Whether addresses are told apart at all. */
    public boolean countsAddresses() {
        return addresses != null;
    }

    /** That of the other end of a connection; null if that is a process of this host. */
    public static @Nullable InetAddress addressOf(@Nullable SocketAddress peer) {
        return peer == null || peer.isDomainSocket()
                ? null
                : InetAddress.ofLiteral(peer.hostAddress());
    }

    /**
     * A number for who is calling.
     *
     * @param peer as in {@link #byAddress}
     * @return null if nobody knows, as a trusted proxy does not say
     */
    public @Nullable Long caller(@Nullable InetAddress peer, Iterable<String> forwarded) {
        return peer == null ? null : callers.behindProxies(peer, forwarded);
    }

    /**
     * Counts a request.
     *
     * @param peer at the other end of the connection; who has none may pass
     * @param forwarded the values of {@value #FORWARDED}
     * @return null if it may pass, else when there may be another one
     */
    public @Nullable Duration byAddress(@Nullable InetAddress peer, Iterable<String> forwarded) {
        return addresses == null || peer == null
                ? null
                : untilNext(addresses.take(callers.of(peer, forwarded)));
    }

    /** As {@link #byAddress}, for a key whose signature was verified: keys are no secret. */
    public @Nullable Duration byKey(String accessKey) {
        return keys == null ? null : untilNext(keys.take(accessKey));
    }

    private static @Nullable Duration untilNext(long nanos) {
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }
}
