package dev.lumiere.service.balance;

/** What a call says about the instance it went to. */
public enum Outcome {
    /** It answered, with no error of its own. */
    SUCCESS,

    /** It failed, was lost in flight, or let the deadline pass. */
    FAILURE,

    /** It could not be connected to. */
    CONNECT_FAILURE,

    /** Nothing: the caller gave up before it could. */
    CANCELLED
}
