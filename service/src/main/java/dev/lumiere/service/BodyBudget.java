package dev.lumiere.service;

import java.util.concurrent.Semaphore;

/**
 * How many bytes of bodies may be in memory at once. They count as they arrive, whatever a request
 * says of its length, and until its handler has ended; a body for which nothing is left is refused.
 */
public final class BodyBudget {
    private final Semaphore left;

    /** So many, up to 2 GiB. */
    public BodyBudget(int bytes) {
        left = new Semaphore(bytes);
    }

    /** How many more there may be. */
    int left() {
        return left.availablePermits();
    }

    /** Of a body of which nothing has arrived. */
    Share share() {
        return new Share();
    }

    /** What one body has of it, until this is closed. */
    final class Share implements AutoCloseable {
        private int bytes;
        private boolean isClosed;

        /** Whether so many more may be kept. */
        synchronized boolean grow(int more) {
            if (isClosed || !left.tryAcquire(more)) {
                return false;
            }
            bytes += more;
            return true;
        }

        /** Gives all of it back; again it does nothing. */
        @Override
        public synchronized void close() {
            isClosed = true;
            left.release(bytes);
            bytes = 0;
        }
    }
}
