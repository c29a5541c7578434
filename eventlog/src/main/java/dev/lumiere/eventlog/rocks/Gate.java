package dev.lumiere.eventlog.rocks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls through until it is closed, and closes when the last is out: RocksDB takes the process
 * with it if it is used after it was closed.
 */
public final class Gate {
    private final String what;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    public Gate(String what) {
        this.what = what;
    }

    /** One call. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        T make() throws IOException;
    }

    /**
     * Makes the call.
     *
     * @throws IOException if the gate is closed, or of the call
     */
    public <T extends @Nullable Object> T through(Call<T> call) throws IOException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IOException(what + " is closed");
            }
            return call.make();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Closes it, and hurries those who are inside when that takes too long.
     *
     * @return whether it was open; from now on nobody is inside
     */
    public boolean close(Duration atMost, Runnable hurry) {
        var isClosed = false;
        try {
            isClosed = lock.writeLock().tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!isClosed) {
            hurry.run();
            lock.writeLock().lock();
        }
        try {
            return close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Whether it was open; from now on nobody is inside. */
    public boolean close() {
        lock.writeLock().lock();
        try {
            var wasOpen = !closed;
            closed = true;
            return wasOpen;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
