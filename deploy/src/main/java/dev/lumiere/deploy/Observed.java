package dev.lumiere.deploy;

import java.time.Instant;

/** What a slot holds. A slot that never held anything is not observed. */
public sealed interface Observed {
    Slot slot();

    /** What was started in it last. */
    ServiceSpec spec();

    /** How far an instance that is alive has come. */
    enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    /** An instance that runs. */
    record Alive(Slot slot, ServiceSpec spec, Phase phase) implements Observed {}

    /**
     * An instance that ended.
     *
     * @param failures deaths in a row, this one included, without a healthy period between; 0 if it
     *     was healthy or was told to stop
     */
    record Dead(Slot slot, ServiceSpec spec, Instant at, int failures) implements Observed {}
}
