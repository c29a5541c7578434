package dev.lumiere.service.limit;

import java.util.concurrent.TimeUnit;

/**
 * How many requests there may be.
 *
 * @param perSecond in the long run, 1 to 1,000,000
 * @param burst at once, after a pause; 1 to a minute's worth
 */
record Rate(int perSecond, int burst) {
    static final int MAX_PER_SECOND = 1_000_000;

    /** A page with hundreds of pictures is one burst and then nothing. */
    private static final int BURST_SECONDS = 10;

    Rate {
        if (perSecond < 1 || perSecond > MAX_PER_SECOND) {
            throw new IllegalArgumentException("per second, not 1 to 1,000,000: " + perSecond);
        }
        if (burst < 1 || burst / 60 > perSecond) {
            throw new IllegalArgumentException("burst, not 1 to a minute's worth: " + burst);
        }
    }

    /** With bursts of ten seconds' worth. */
    static Rate of(int perSecond) {
        return new Rate(perSecond, perSecond * BURST_SECONDS);
    }

    long nanosPerToken() {
        return TimeUnit.SECONDS.toNanos(1) / perSecond;
    }
}
