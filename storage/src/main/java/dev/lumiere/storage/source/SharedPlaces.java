package dev.lumiere.storage.source;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Places for work that many share, of which nobody has more than a part, so that whose work takes
 * for ever does not stop everybody's. Who comes first is first served, but for those whose part is
 * in use.
 */
final class SharedPlaces {
    private final Semaphore all;
    private final int most;
    private final int mostWaiting;
    private final Map<String, Part> parts = new HashMap<>();

    /** One's part; forgotten once nobody uses it. */
    private static final class Part {
        private final Semaphore places;
        private int users;

        Part(int most) {
            places = new Semaphore(most, true);
        }
    }

    /** A place; to be closed when the work is done. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * All of them are free.
     *
     * @param places how many there are
     * @param most how many of them one may have
     * @param mostWaiting how many of one may have a place or wait for it
     */
    SharedPlaces(int places, int most, int mostWaiting) {
        all = new Semaphore(places, true);
        this.most = most;
        this.mostWaiting = mostWaiting;
    }

    /** Whether one more of somebody may come. */
    synchronized boolean hasRoom(String owner) {
        var part = parts.get(owner);
        return part == null || part.users < mostWaiting;
    }

    /** Waits for a place. */
    Place take(String owner) throws InterruptedException {
        var part = enter(owner);
        var taken = 0;
        try {
            part.places.acquire();
            taken = 1;
            all.acquire();
            taken = 2;
        } finally {
            if (taken == 1) {
                part.places.release();
            }
            if (taken < 2) {
                leave(owner, part);
            }
        }
        return () -> {
            all.release();
            part.places.release();
            leave(owner, part);
        };
    }

    private synchronized Part enter(String owner) {
        var part = parts.computeIfAbsent(owner, _ -> new Part(most));
        part.users++;
        return part;
    }

    private synchronized void leave(String owner, Part part) {
        if (--part.users == 0) {
            parts.remove(owner);
        }
    }
}
