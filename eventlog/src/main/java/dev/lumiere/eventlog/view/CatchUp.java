package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets who reads a {@link View}, or several, wait until it has all that was acknowledged anywhere
 * before. All who come while the log is asked where it ends share the next question, which is asked
 * {@link #GAP} after the one before at the earliest, so that any number of readers is some hundred
 * questions a second. Of a log that is this process's alone nothing is asked.
 *
 * <p>When that takes too long, or the view does not follow any more, nobody waits for the next
 * second.
 */
public final class CatchUp {
    /** Between two questions. */
    static final Duration GAP = Duration.ofMillis(5);

    private static final Duration AT_MOST = Duration.ofSeconds(2);
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int MAX_WAITING = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

    private final EventLog log;
    private final Folded view;
    private final Semaphore places = new Semaphore(MAX_WAITING);
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable CompletableFuture<PositionVector> coming;
    private volatile long restUntil = System.nanoTime();

    /** Of what follows a log. */
    public CatchUp(EventLog log, Folded view) {
        this.log = log;
        this.view = view;
    }

    /**
     * Waits, two seconds at most. Not for event loops.
     *
     * @return whether the view has all of it, and perhaps more than before; false as well where
     *     nobody else writes to the log, so that there is nothing to wait for
     */
    public boolean now() throws InterruptedException {
        if (!isNeeded() || isResting() || !places.tryAcquire()) {
            return false;
        }
        try {
            var begin = System.nanoTime();
            var end = next().get(AT_MOST.toNanos(), TimeUnit.NANOSECONDS);
            var left = AT_MOST.minusNanos(System.nanoTime() - begin);
            if (view.stopped() == null && view.waitFor(end, left)) {
                return true;
            }
            rest();
            return false;
        } catch (ExecutionException | TimeoutException _) {
            rest();
            return false;
        } finally {
            places.release();
        }
    }

    /** Whether anybody else may write to the log. */
    public boolean isNeeded() {
        return log.isShared();
    }

    private boolean isResting() {
        return System.nanoTime() - restUntil < 0;
    }

    private void rest() {
        restUntil = System.nanoTime() + REST.toNanos();
    }

    /** Where the log ends, by the next question that is not asked yet. */
    private synchronized CompletableFuture<PositionVector> next() {
        var question = coming;
        if (question == null) {
            var added = new CompletableFuture<PositionVector>();
            Thread.ofVirtual().name("catch-up").start(() -> ask(added));
            coming = added;
            question = added;
        }
        return question;
    }

    private void ask(CompletableFuture<PositionVector> question) {
        asking.lock();
        try {
            synchronized (this) {
                coming = null; // what is acknowledged from here on is not sure to be in the answer
            }
            if (log.catchUp(AT_MOST)) {
                question.complete(log.end());
            } else {
                question.completeExceptionally(new TimeoutException());
            }
            TimeUnit.NANOSECONDS.sleep(GAP.toNanos());
        } catch (IOException | RuntimeException e) {
            LOG.warn("the log does not say where it ends: {}", e.getMessage());
            rest();
            question.completeExceptionally(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            asking.unlock();
        }
    }
}
