package dev.lumiere.fop.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Acts at deadlines, on a thread of its own that no busy event loop holds up. */
final class Watchdog implements AutoCloseable {
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor timer;

    Watchdog(InstantSource clock) {
        this.clock = clock;
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("watchdog").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    ScheduledFuture<?> at(Instant instant, Runnable action) {
        var delay = Duration.between(clock.instant(), instant);
        return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
