package dev.lumiere.service;

/** When a call that failed may be made once more, on another instance. */
public enum Retry {
    /** Never. */
    NEVER,

    /** When it was never sent: no connection was to be had. */
    CONNECT_FAILURE,

    /** Also when it was lost in flight, or the instance said 502 or 503: doing it twice is safe. */
    IDEMPOTENT
}
