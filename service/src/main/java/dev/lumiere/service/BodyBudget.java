package dev.lumiere.service;

import java.util.concurrent.Semaphore;

/**
 * How many bytes of bodies may be in memory at once, for handlers that take large ones. What is
 * over it is refused before its body is read.
 */
public final class BodyBudget {
    private static final int UNIT_BYTES = 1024;

    private final Semaphore units;

    /** So many, rounded to {@value #UNIT_BYTES}. */
    public BodyBudget(long bytes) {
        units = new Semaphore(Math.toIntExact(bytes / UNIT_BYTES));
    }

    boolean take(long bytes) {
        return units.tryAcquire(units(bytes));
    }

    void giveBack(long bytes) {
        units.release(units(bytes));
    }

    private static int units(long bytes) {
        return Math.toIntExact(bytes / UNIT_BYTES + 1);
    }
}
