package dev.lumiere.storage.account;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charges against slices of the balances: a node withdraws one at a time, and takes its uses of it
 * without asking anybody. So a balance is never below zero, whatever other nodes do, and an event
 * stands for many uses. What is left of a slice is given back when this is closed; a node that is
 * killed loses at most one slice of each account. While one node has the last slice, others refuse.
 */
public final class Slices implements Meter, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Slices.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int MAX_TRIES = 5;

    private final Accounts accounts;
    private final long size;
    private final String node;
    private final ConcurrentHashMap<String, Slice> slices = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    /**
     * Of an accounts' balances.
     *
     * @param size credits of a slice, at least 1
     * @param node who charges, for the history
     */
    public Slices(Accounts accounts, long size, String node) {
        if (size < 1) {
            throw new IllegalArgumentException("size of a slice below 1: " + size);
        }
        this.accounts = accounts;
        this.size = size;
        this.node = node;
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

    /** Gives back what is left, as far as the log can be reached. */
    @Override
    public void close() {
        isClosed = true;
        slices.values().forEach(Slice::giveBack);
    }

    /** A withdrawal that is known again by its id if its outcome was not known. */
    private record Reservation(UUID id, long credits) {}

    private final class Slice {
        private final String account;
        private long left;
        private @Nullable Reservation pending;

        Slice(String account) {
            this.account = account;
        }

        synchronized void charge(long credits) {
            if (isClosed) {
                throw Problem.unavailable("this node is stopping", RETRY_AFTER).refused();
            }
            for (var tries = 0; left < credits; tries++) {
                if (tries == MAX_TRIES || !reserve(credits - left)) {
                    throw Problem.of(419, "not %d credits are left".formatted(credits)).refused();
                }
            }
            left -= credits;
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
            }
            pending = null;
            return true;
        }

        synchronized void giveBack() {
            if (left == 0) {
                return;
            }
            try {
                accounts.deposit(account, UUID.randomUUID(), left, "not used at " + node);
                left = 0;
            } catch (Problem.Refused e) {
                LOG.warn("{} credits of account {} are lost: {}", left, account, e.getMessage());
            }
        }
    }
}
