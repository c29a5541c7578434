package dev.lumiere.service;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of bodies may be in memory at once, of all callers and of one. They count as they
 * arrive, whatever a request says of its length, and until its handler has ended; a body for which
 * nothing is left is refused.
 */
public final class BodyBudget {
    private final int mostOfOne;
    private final Map<Long, Integer> ofOne = new HashMap<>();
    private int left;

    /** So many, which one caller may have all of. */
    public BodyBudget(int bytes) {
        this(bytes, bytes);
    }

    /** The same, of which one caller may have a part. */
    BodyBudget(int bytes, int mostOfOne) {
        left = bytes;
        this.mostOfOne = mostOfOne;
    }

    /** How many more there may be. */
    synchronized int left() {
        return left;
    }

    /**
     * Of a body of which nothing has arrived.
     *
     * @param caller whose; null if that is not known
     */
    Share share(@Nullable Long caller) {
        return new Share(caller);
    }

    private synchronized @Nullable String take(@Nullable Long caller, int bytes) {
        var had = caller == null ? 0 : ofOne.getOrDefault(caller, 0);
        if (bytes > left) {
            return "too much arrives at once";
        }
        if (caller != null) {
            if (bytes > mostOfOne - had) {
                return "too much arrives at once from this address";
            }
            ofOne.put(caller, had + bytes);
        }
        left -= bytes;
        return null;
    }

    private synchronized void giveBack(@Nullable Long caller, int bytes) {
        left += bytes;
        if (caller != null) {
            ofOne.computeIfPresent(caller, (_, had) -> had == bytes ? null : had - bytes);
        }
    }

    /** What one body has of it, until this is closed. */
    final class Share implements AutoCloseable {
        private final @Nullable Long caller;
        private int bytes;
        private boolean isClosed;

        private Share(@Nullable Long caller) {
            this.caller = caller;
        }

        /** Takes so many more; says why they may not be kept, and null if they may. */
        synchronized @Nullable String grow(int more) {
            if (isClosed) {
                return "the request has ended";
            }
            var refusal = take(caller, more);
            if (refusal == null) {
                bytes += more;
            }
            return refusal;
        }

        /** Gives all of it back; again it does nothing. */
        @Override
        public synchronized void close() {
            isClosed = true;
            giveBack(caller, bytes);
            bytes = 0;
        }
    }
}
