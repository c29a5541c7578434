package dev.lumiere.eventlog.consumer;

import java.time.Duration;

/** The pause after something has failed: twice as long each time, up to a bound. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(100);

    private final long mostNanos;
    private long pause;
    private long until;

    Backoff(Duration most) {
        mostNanos = most.toNanos();
    }

    void failed(long now) {
        pause = Math.min(mostNanos, pause == 0 ? FIRST.toNanos() : 2 * pause);
        until = now + pause;
    }

    void succeeded() {
        pause = 0;
    }

    boolean isWaiting(long now) {
        return pause > 0 && now - until < 0;
    }
}
