package dev.lumiere.eventlog.consumer;

import java.time.Duration;

/** The pause after something has failed: 100 ms, and twice as long each time, up to a second. */
final class Backoff {
    private static final long FIRST = Duration.ofMillis(100).toNanos();
    private static final long LAST = Duration.ofSeconds(1).toNanos();

    private long pause;
    private long until;

    void failed(long now) {
        pause = Math.min(LAST, pause == 0 ? FIRST : 2 * pause);
        until = now + pause;
    }

    void succeeded() {
        pause = 0;
    }

    boolean isWaiting(long now) {
        return pause > 0 && now - until < 0;
    }
}
