package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;

/**
 * How long results took to make lately: a moving average for each pipeline and size of source, as
 * what a pipeline costs hardly depends on which picture it is given.
 */
final class Pace {
    private static final int MAX_REMEMBERED = 4096;

    /** Weight of the newest: a few runs on a machine that is busy or idle again turn it. */
    private static final double NEWEST = 0.3;

    private final Cache<Key, Double> secondsByKind =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

    void took(Plan plan, Duration time) {
        secondsByKind
                .asMap()
                .merge(
                        kind(plan),
                        seconds(time),
                        (before, newest) -> before + NEWEST * (newest - before));
    }

    /** One is under way for so long and not done. */
    void takesLongerThan(Plan plan, Duration time) {
        secondsByKind.asMap().merge(kind(plan), seconds(time), Math::max);
    }

    boolean knows(Plan plan) {
        return secondsByKind.getIfPresent(kind(plan)) != null;
    }

    /** Whether it is known that one takes so long or longer. */
    boolean isSlower(Plan plan, Duration time) {
        var known = secondsByKind.getIfPresent(kind(plan));
        return known != null && known >= seconds(time);
    }

    /** Names runs that take about as long as each other; short however long a pipeline is. */
    private static Key kind(Plan plan) {
        var magnitudeOfSource = Long.SIZE - Long.numberOfLeadingZeros(plan.object().size());
        return Key.of(List.of(plan.pipeline().canonical(), String.valueOf(magnitudeOfSource)));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
