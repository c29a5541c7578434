package dev.lumiere.platform.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * What a node is made of, closed in the opposite order. A close that comes while parts are still
 * being made lets the one under way be finished, so that it is known what there is, and no other be
 * begun.
 */
public final class Parts implements AutoCloseable {
    private final ReentrantLock making = new ReentrantLock();
    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private volatile boolean closing;

    /**
     * Runs {@code maker}, which adds what it makes; if it fails, what it added is closed.
     *
     * @throws StartFailure if a close came before it was done
     */
    public <T> T make(Supplier<T> maker) {
        making.lock();
        try {
            failIfClosing();
            return maker.get();
        } catch (RuntimeException | Error e) {
            closeAll();
            throw e;
        } finally {
            making.unlock();
        }
    }

    /**
     * Takes a part.
     *
     * @throws StartFailure if a close came; the part is closed with the others
     */
    public <T extends AutoCloseable> T add(T part) {
        made.push(part);
        failIfClosing();
        return part;
    }

    /** Whether a close came. */
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        closing = true;
        making.lock();
        try {
            closeAll();
        } finally {
            making.unlock();
        }
    }

    private void failIfClosing() {
        if (closing) {
            throw new StartFailure("stopped while it was starting");
        }
    }

    private void closeAll() {
        for (; !made.isEmpty(); made.pop()) {
            try {
                made.element().close();
            } catch (Exception e) {
                // not a field: parts are there before it is known where to log
                LoggerFactory.getLogger(Parts.class)
                        .warn("a part did not stop in order: {}", made.element(), e);
            }
        }
    }
}
