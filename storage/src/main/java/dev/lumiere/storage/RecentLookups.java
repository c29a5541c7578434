package dev.lumiere.storage;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was lately found. Each object is looked for once, however many ask for it at the same time,
 * and holds up nobody who asks for another. That it failed is told to those, and not remembered.
 */
final class RecentLookups {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AsyncCache<Name, @Nullable Outcome> cache;

    record Name(String bucket, String key) {}

    private sealed interface Outcome {
        record Told(Lookup lookup) implements Outcome {}

        record Failed(RuntimeException why) implements Outcome {}
    }

    /**
     * Nothing was found yet.
     *
     * @param max how many are remembered
     * @param maxAge how long
     */
    RecentLookups(long max, Duration maxAge, InstantSource clock) {
        cache =
                Caffeine.newBuilder()
                        .maximumSize(max)
                        .expireAfterWrite(maxAge)
                        .ticker(() -> nanos(clock))
                        .executor(Thread::startVirtualThread) // each lookup has its own
                        .buildAsync();
    }

    private static long nanos(InstantSource clock) {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** What is remembered, without waiting; null if nothing is. */
    @Nullable Lookup atHand(Name name) {
        return cache.synchronous().getIfPresent(name) instanceof Outcome.Told(var lookup)
                ? lookup
                : null;
    }

    /**
     * What is remembered, or what is found.
     *
     * @param remembersNothing whether it is remembered if there is no such object
     */
    Lookup find(Name name, Supplier<Lookup> search, boolean remembersNothing) {
        var lookup = cache.get(name, _ -> sought(search, remembersNothing));
        return switch (awaited(lookup)) {
            case null -> {
                cache.asMap().remove(name, lookup); // which it does too, but at some time
                yield new Lookup.NoSuchKey();
            }
            case Outcome.Told(var told) -> told;
            case Outcome.Failed(var why) -> {
                cache.asMap().remove(name, lookup);
                throw why;
            }
        };
    }

    private static @Nullable Outcome sought(Supplier<Lookup> search, boolean remembersNothing) {
        try {
            var found = search.get();
            return found instanceof Lookup.NoSuchKey && !remembersNothing
                    ? null
                    : new Outcome.Told(found);
        } catch (RuntimeException e) { // what is thrown here would be logged, whatever it is
            return new Outcome.Failed(e);
        }
    }

    /** What others may wait for too, and nobody ends who goes away. */
    private static @Nullable Outcome awaited(CompletableFuture<@Nullable Outcome> lookup) {
        try {
            return lookup.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lookup failed", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("interrupted", RETRY_AFTER).refused();
        }
    }

    /** What is remembered of an object is not true any more; nor is what is under way. */
    void forget(Name name) {
        cache.synchronous().invalidate(name);
    }
}
