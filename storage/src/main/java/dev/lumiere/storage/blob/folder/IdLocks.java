package dev.lumiere.storage.blob.folder;

import dev.lumiere.storage.blob.BlobId;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** A lock for every id; some ids share one. */
final class IdLocks {
    /** So many that those who write different contents at once seldom meet. */
    private static final int LOCKS = 1024;

    private final ReentrantLock[] locks =
            IntStream.range(0, LOCKS)
                    .mapToObj(_ -> new ReentrantLock())
                    .toArray(ReentrantLock[]::new);

    /** Held until it is closed, by the thread that asked for it. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until nobody else holds it. */
    Held hold(BlobId id) {
        var lock = locks[Math.floorMod(id.hashCode(), LOCKS)];
        lock.lock();
        return lock::unlock;
    }
}
