package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.util.concurrent.atomic.AtomicLong;

/** One instance, and what is known about it from calling it. */
final class Node {
    /** What an instance costs that was called and has never answered: more than any other. */
    private static final double NEVER_ANSWERED = 1e15;

    final Instance instance;
    final AtomicLong inFlight;
    final PeakEwma latency;
    final OutlierDetector.Conduct conduct;

    /** Calls it works on at once, as it says itself; 1 if it does not say. */
    final long slots;

    private final boolean limited;
    private final SlowStart slowStart;

    /** When it joined, or was last let back in. */
    volatile long startedAt;

    /** Ejected, and no panic. */
    volatile boolean outOfRotation;

    Node(Instance instance, PeakEwma latency, SlowStart slowStart, long startedAt) {
        this.instance = instance;
        this.inFlight = new AtomicLong();
        this.latency = latency;
        this.conduct = new OutlierDetector.Conduct();
        this.slowStart = slowStart;
        this.startedAt = startedAt;
        this.limited = concurrencyOf(instance) > 0;
        this.slots = Math.max(1, concurrencyOf(instance));
    }

    /** The same instance as {@code known}, with new facts. */
    Node(Instance instance, Node known) {
        this.instance = instance;
        this.inFlight = known.inFlight;
        this.latency = known.latency;
        this.conduct = known.conduct;
        this.slowStart = known.slowStart;
        this.startedAt = known.startedAt;
        this.limited = concurrencyOf(instance) > 0;
        this.slots = Math.max(1, concurrencyOf(instance));
        this.outOfRotation = known.outOfRotation;
    }

    /**
     * How long one more call would take, roughly, as nanoseconds: those under way share the slots.
     * An instance that has never answered is tried with one call at a time.
     */
    double cost(long now) {
        var waiting = inFlight.get();
        if (latency.unknown()) {
            return waiting == 0 ? 0 : NEVER_ANSWERED * waiting / slots;
        }
        return Math.max(1, latency.nanos(waiting == 0, now)) * (waiting + 1) / slots;
    }

    /** Its share of the calls it would get if it were warm. */
    double weight(long now) {
        return slowStart.weight(now - startedAt);
    }

    /** It has said how many calls it works on at once, and does. */
    boolean full() {
        return limited && inFlight.get() >= slots;
    }

    /** What the metadata says, 0 if nothing usable. */
    private static int concurrencyOf(Instance instance) {
        try {
            return Integer.parseInt(instance.metadata().getOrDefault("concurrency", "0"));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
