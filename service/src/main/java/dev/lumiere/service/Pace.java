package dev.lumiere.service;

import java.time.Duration;

/**
 * How much longer a body is waited for: {@code patience} at first, and never more; every second of
 * waiting takes one away, every {@value #BYTES_PER_SECOND} bytes give one back. So a body may take
 * as long as it needs, but neither stop for so long nor trickle. Only the time counts in which
 * somebody waits for who sends it.
 */
public final class Pace {
    static final int BYTES_PER_SECOND = 1024;

    private final Duration patience;
    private long nanosLeft;

    /** Nothing has come yet. */
    public Pace(Duration patience) {
        this.patience = patience;
        nanosLeft = patience.toNanos();
    }

    public void waited(long nanos) {
        nanosLeft -= nanos;
    }

    public void arrived(int bytes) {
        var more = bytes * (1_000_000_000L / BYTES_PER_SECOND);
        nanosLeft = Math.min(patience.toNanos(), nanosLeft + more);
    }

    /** None are left to one who is too slow. */
    public long nanosLeft() {
        return nanosLeft;
    }

    /** What is said of one who is too slow. */
    public String fault() {
        return "comes too slowly: under %d bytes a second for %d ms"
                .formatted(BYTES_PER_SECOND, patience.toMillis());
    }

    Problem tooSlow() {
        return Problem.of(408, "the body " + fault());
    }
}
