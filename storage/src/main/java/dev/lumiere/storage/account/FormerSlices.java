package dev.lumiere.storage.account;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what nodes that were killed had left of their slices: at once if the log can be
 * reached, else in the background, tried again ever less often, until it can. What is not given
 * back when this is closed is so by the next start.
 */
final class FormerSlices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FormerSlices.class);
    private static final Duration RARELY = Duration.ofMinutes(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final Problem AWAY = Problem.of(503, "the log is away");

    private final Accounts accounts;
    private final String node;
    private final SliceFiles files;
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private final Thread background;

    /** Of the background's thread once that runs. */
    private final List<SliceFiles.Left> waiting = new ArrayList<>();

    /**
     * Begins to give back; waits no longer than for the first that cannot be.
     *
     * @param retryAfter doubled each time, up to a minute
     */
    FormerSlices(Accounts accounts, String node, SliceFiles files, Duration retryAfter) {
        this.accounts = accounts;
        this.node = node;
        this.files = files;
        background = Thread.ofVirtual().name("former-slices").unstarted(() -> goOn(retryAfter));
        accounts.catchUp();
        var isAway = false;
        for (var left : files.takeOver()) {
            var why = isAway ? AWAY : refusal(left);
            isAway |= why != null && why.status() == AWAY.status();
            if (why != null) {
                LOG.warn(
                        "{} credits of account {} are given back later: {}",
                        left.credits(),
                        left.account(),
                        why.error());
                waiting.add(left);
            }
        }
        if (!waiting.isEmpty()) {
            background.start();
        }
    }

    private void goOn(Duration first) {
        try {
            for (var wait = first;
                    !waiting.isEmpty()
                            && !isClosed.await(wait.toMillis(), TimeUnit.MILLISECONDS); ) {
                accounts.catchUp();
                waiting.removeIf(left -> refusal(left) == null);
                wait = wait.multipliedBy(2).compareTo(RARELY) < 0 ? wait.multipliedBy(2) : RARELY;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null if it is given back. */
    private @Nullable Problem refusal(SliceFiles.Left left) {
        try {
            if (left.credits() > 0) {
                accounts.deposit(left.account(), left.id(), left.credits(), "not used at " + node);
            }
            files.forget(left);
            return null;
        } catch (Problem.Refused e) {
            return e.problem();
        }
    }

    @Override
    public void close() {
        isClosed.countDown();
        background.interrupt();
        try {
            if (background.isAlive() && !background.join(END_WITHIN)) {
                LOG.warn("former slices are still being given back after {}", END_WITHIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
