package dev.lumiere.platform.node;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.Retention;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives events and takes them out, each hour; of nodes that share a log, the one that has the
 * first partition. What cannot be archived keeps only itself from being taken out.
 */
final class LogUpkeep implements Runnable, AutoCloseable {
    private static final Duration EACH = Duration.ofHours(1);
    private static final Duration FIRST_AFTER = Duration.ofMinutes(5);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(LogUpkeep.class);

    private final EventLog log;
    private final Retention retention;
    private final @Nullable Archive archive;
    private final int archived;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("log-retention").daemon().factory());

    /**
     * Of a log.
     *
     * @param archived events in a file of the archive
     */
    LogUpkeep(EventLog log, Retention retention, @Nullable Archive archive, int archived) {
        this.log = log;
        this.retention = retention;
        this.archive = archive;
        this.archived = archived;
    }

    void start() {
        start(FIRST_AFTER);
    }

    void start(Duration first) {
        var _ =
                thread.scheduleWithFixedDelay(
                        this, first.toSeconds(), EACH.toSeconds(), TimeUnit.SECONDS);
    }

    private interface Work {
        /** How many events it was done to. */
        long run() throws IOException;
    }

    @Override
    public void run() {
        if (!log.owns(0)) {
            return;
        }
        var to = archive;
        if (to != null) {
            tell("archived", () -> to.takeOver(log, archived));
        }
        tell("taken out", () -> retention.apply(Instant.now()));
    }

    private void tell(String what, Work work) {
        if (thread.isShutdown()) {
            return;
        }
        try {
            LOG.info("{} events {}", work.run(), what);
        } catch (IOException | RuntimeException e) {
            if (thread.isShutdown()) {
                LOG.info("closed before all events were {}", what);
            } else {
                LOG.error("not all events are {}; the next try is in {}", what, EACH, e);
            }
        }
    }

    /** Interrupts what is going on, and waits for it a little. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("retention has not ended within {}", END_WITHIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
