package dev.lumiere.service;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Wall time as it was when this was made, plus the time that has passed since: instants that never
 * step back, whatever somebody does to the wall clock.
 */
public final class MonotonicInstants implements InstantSource {
    private final Instant start;
    private final long startNanos;
    private final LongSupplier nanos;

    public MonotonicInstants() {
        this(Instant.now(), System::nanoTime);
    }

    MonotonicInstants(Instant start, LongSupplier nanos) {
        this.start = start;
        this.nanos = nanos;
        startNanos = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }
}
