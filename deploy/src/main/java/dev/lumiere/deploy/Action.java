package dev.lumiere.deploy;

import java.time.Instant;

/** What the reconciler wants done now. */
public sealed interface Action {

    /** Start an instance in a slot that holds none. */
    record Start(Slot slot, ServiceSpec spec) implements Action {}

    /** Stop the instance in a slot, in order. */
    record Stop(Slot slot, String why) implements Action {}

    /** Nothing more can be done before then: a back-off is running. */
    record Wait(Instant until) implements Action {}
}
