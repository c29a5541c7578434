package dev.lumiere.service.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket for each of those who ask, of at most {@value #MAX_BUCKETS}: beyond, the one that
 * is asked for least begins anew. One that has had the time to fill is forgotten, as a new one is
 * full too.
 */
final class TokenBuckets<K> {
    /** About 10 MiB. */
    private static final int MAX_BUCKETS = 65_536;

    private final Rate rate;
    private final LongSupplier nanos;
    private final Cache<K, TokenBucket> buckets;

    TokenBuckets(Rate rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
        buckets =
                Caffeine.newBuilder()
                        .maximumSize(MAX_BUCKETS)
                        .expireAfterAccess(Duration.ofNanos(rate.nanosPerToken() * rate.burst()))
                        .ticker(nanos::getAsLong)
                        .executor(Runnable::run)
                        .build();
    }

    /** As {@link TokenBucket#take}, of the bucket of this one. */
    long take(K who) {
        var now = nanos.getAsLong();
        return buckets.get(who, _ -> new TokenBucket(rate, now)).take(now);
    }

    /** About how many there are. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
