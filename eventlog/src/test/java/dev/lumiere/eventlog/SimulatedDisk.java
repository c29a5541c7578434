package dev.lumiere.eventlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One file on a disk that can lose its power. What was written and not synced is then lost, kept or
 * torn, each write for itself, as the machine pleases.
 */
public final class SimulatedDisk {
    private byte[] durable = new byte[0];
    private final List<byte[]> unsynced = new ArrayList<>();
    private int untilCrash = Integer.MAX_VALUE;
    private boolean failsNextSync;

    /** The power went. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Everything there is, synced or not. */
    byte[] bytes() {
        var all = durable;
        for (var write : unsynced) {
            all = joined(all, write);
        }
        return all;
    }

    void append(byte[] bytes) {
        unsynced.add(bytes.clone());
        step();
    }

    void sync() throws IOException {
        step();
        if (failsNextSync) {
            failsNextSync = false;
            throw new IOException("no space left on the device");
        }
        durable = bytes();
        unsynced.clear();
        step();
    }

    /** Durable at once. */
    void truncate(int length) {
        durable = Arrays.copyOf(bytes(), length);
        unsynced.clear();
    }

    /** After so many more steps; a write is one, a sync two. */
    void crashAfter(int steps) {
        untilCrash = steps;
    }

    void failNextSync() {
        failsNextSync = true;
    }

    private void step() {
        if (untilCrash-- == 0) {
            throw new Crash();
        }
    }

    /** What is found when the power is back. */
    void restart(RandomGenerator random) {
        var kept = durable;
        for (var write : unsynced) {
            kept =
                    switch (random.nextInt(4)) {
                        case 0 -> kept; // the file did not grow
                        case 1 -> joined(kept, new byte[write.length]); // it did, and no more
                        case 2 -> joined(kept, torn(write, random));
                        default -> joined(kept, write);
                    };
        }
        durable = kept;
        unsynced.clear();
        untilCrash = Integer.MAX_VALUE;
        failsNextSync = false;
    }

    /** Some of its sectors. */
    private static byte[] torn(byte[] write, RandomGenerator random) {
        var torn = write.clone();
        var sector = 1 + random.nextInt(64);
        for (var from = 0; from < torn.length; from += sector) {
            if (random.nextBoolean()) {
                Arrays.fill(torn, from, Math.min(torn.length, from + sector), (byte) 0);
            }
        }
        return Arrays.copyOf(torn, random.nextInt(torn.length + 1));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
