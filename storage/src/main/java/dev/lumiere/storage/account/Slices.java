package dev.lumiere.storage.account;

import dev.lumiere.service.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charges against slices of the balances: a node withdraws one at a time, and takes its uses of it
 * without asking anybody. So a balance is never below zero, whatever other nodes do, and an event
 * stands for many uses. What is left of a slice is given back when this is closed, or, but for a
 * tenth of the slice at most, by the next start of a node that was killed ({@link FormerSlices}).
 * While one node has the last slice, others refuse.
 */
public final class Slices implements Meter, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Slices.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration GIVEN_BACK_AFTER = Duration.ofSeconds(1);
    private static final int MAX_TRIES = 5;

    /** How exactly is kept what is left: each so many times a slice is used up. */
    private static final int STEPS = 10;

    private final Accounts accounts;
    private final long size;
    private final String node;
    private final SliceFiles files;
    private final FormerSlices former;
    private final ConcurrentHashMap<String, Slice> slices = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    /**
     * Of an accounts' balances. Gives back what is in the folder, in the background if the log
     * cannot be reached.
     *
     * @param size credits of a slice, at least 1
     * @param node who charges, for the history
     * @param folder of this node alone, where is kept what it has
     */
    public Slices(Accounts accounts, long size, String node, Path folder) {
        this(accounts, size, node, folder, GIVEN_BACK_AFTER);
    }

    Slices(Accounts accounts, long size, String node, Path folder, Duration givenBackAfter) {
        if (size < 1) {
            throw new IllegalArgumentException("size of a slice below 1: " + size);
        }
        this.accounts = accounts;
        this.size = size;
        this.node = node;
        files = new SliceFiles(folder);
        former = new FormerSlices(accounts, node, files, givenBackAfter);
    }

    @Override
    public void charge(String account, long credits) {
        if (credits < 0) {
            throw new IllegalArgumentException("credits below 0: " + credits);
        }
        if (credits > 0) {
            slices.computeIfAbsent(account, Slice::new).charge(credits);
        }
    }

    /** Back into the slice that it came from, or into the balance after the end. */
    @Override
    public void giveBack(String account, long credits) {
        if (credits > 0) {
            slices.computeIfAbsent(account, Slice::new).add(credits);
        }
    }

    /** Gives back what is left, as far as the log can be reached. */
    @Override
    public void close() {
        isClosed = true;
        former.close();
        slices.values().forEach(Slice::giveBack);
    }

    /** A withdrawal that is known again by its id if its outcome was not known. */
    private record Reservation(UUID id, long credits) {}

    private final class Slice {
        private final String account;
        private UUID id = UUID.randomUUID();
        private long left;

        /** As it is in the file, never more than is left. */
        private long kept;

        private @Nullable Reservation pending;

        Slice(String account) {
            this.account = account;
        }

        /** Who is refused has caught up, with all others who are, and not under the lock. */
        void charge(long credits) {
            if (!take(credits) && !(accounts.catchUp() && take(credits))) {
                throw Problem.of(
                                402,
                                "account %s has no credits left: this takes %d"
                                        .formatted(account, credits))
                        .refused();
            }
        }

        /** Whether there were so many, as far as this node knows. */
        private synchronized boolean take(long credits) {
            if (isClosed) {
                throw Problem.unavailable("this node is stopping", RETRY_AFTER).refused();
            }
            for (var tries = 0; left < credits; tries++) {
                if (tries == MAX_TRIES || !reserve(credits - left)) {
                    return false;
                }
            }
            if (left - credits < kept) {
                keep(left - credits);
            }
            left -= credits;
            return true;
        }

        private void keep(long atMost) {
            kept = Math.max(0, atMost - size / STEPS);
            files.write(new SliceFiles.Left(account, id, kept));
        }

        /** Whether there was something to take, or may be. */
        private boolean reserve(long missing) {
            var wanted = pending;
            if (wanted == null) {
                var balance = accounts.state(account).credits();
                if (balance < missing) {
                    return false;
                }
                var credits = Math.min(balance, Math.max(size, missing));
                wanted = new Reservation(UUID.randomUUID(), credits);
            }
            pending = wanted; // and stays so if the log cannot tell
            if (accounts.withdraw(account, wanted.id, wanted.credits, "used at " + node)) {
                left += wanted.credits;
                keep(left);
            }
            pending = null;
            return true;
        }

        synchronized void add(long credits) {
            left += credits;
            if (isClosed) {
                giveBack();
            }
        }

        synchronized void giveBack() {
            if (left == 0) {
                files.delete(account);
                return;
            }
            try {
                accounts.deposit(account, id, left, "not used at " + node);
                id = UUID.randomUUID();
                left = 0;
                kept = 0;
                files.delete(account);
            } catch (Problem.Refused e) {
                LOG.warn(
                        "{} credits of account {} are not given back now: {}",
                        left,
                        account,
                        e.getMessage());
            }
        }
    }
}
