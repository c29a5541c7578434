package dev.lumiere.storage.source;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.lumiere.storage.source.Pulling.Pulled;
import dev.lumiere.storage.source.Pulling.Wanted;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What origins have lately not given: for {@value #MISSING_SECONDS} seconds that there is nothing,
 * whoever asks, and for one second why it failed, which may be for the mirrors it was asked
 * through. What a bucket has no room for is served for those ten seconds too, and then pulled
 * again.
 */
final class RecentAnswers {
    private static final int MAX_REMEMBERED = 10_000;
    private static final int MISSING_SECONDS = 10;
    private static final Duration FAILED_FOR = Duration.ofSeconds(1);

    private final Cache<Wanted, Pulled> remembered;

    RecentAnswers(InstantSource clock) {
        remembered =
                Caffeine.newBuilder()
                        .maximumSize(MAX_REMEMBERED)
                        .expireAfter(Expiry.<Wanted, Pulled>creating((_, pulled) -> age(pulled)))
                        .ticker(() -> nanos(clock))
                        .executor(Runnable::run)
                        .build();
    }

    private static Duration age(Pulled pulled) {
        return pulled instanceof Pulled.Failed ? FAILED_FOR : Duration.ofSeconds(MISSING_SECONDS);
    }

    /** Null if it may be there. */
    @Nullable Pulled of(Wanted wanted) {
        var direct = remembered.getIfPresent(wanted.direct());
        return direct == null || direct instanceof Pulled.Failed
                ? remembered.getIfPresent(wanted)
                : direct;
    }

    void remember(Wanted wanted, Pulled pulled) {
        switch (pulled) {
            case Pulled.Here _, Pulled.Overtaken _ -> {
                remembered.invalidate(wanted);
                remembered.invalidate(wanted.direct());
            }
            case Pulled.Missing _, Pulled.Passing _ -> remembered.put(wanted.direct(), pulled);
            case Pulled.Failed _ -> remembered.put(wanted, pulled);
        }
    }

    private static long nanos(InstantSource clock) {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
