package dev.lumiere.service;

import dev.lumiere.service.registry.Instance;
import org.jspecify.annotations.Nullable;

/** What became of one attempt that got no answer. Has no stack, since it is no bug. */
public final class UpstreamFailure extends RuntimeException {
    private final Kind kind;
    private final transient Instance instance;

    /** How far the request came. */
    public enum Kind {
        /** No connection was to be had; the request was never sent. */
        CONNECT,

        /** The connection was lost with the request in flight. */
        DIED,

        /** The deadline passed with the request in flight. */
        DEADLINE,

        /** The answer's body is over the bytes the caller allows. */
        TOO_LARGE
    }

    UpstreamFailure(Kind kind, Instance instance, @Nullable Throwable cause) {
        super(describe(kind, instance), cause, false, false);
        this.kind = kind;
        this.instance = instance;
    }

    public Kind kind() {
        return kind;
    }

    /** Who was asked. */
    public Instance instance() {
        return instance;
    }

    private static String describe(Kind kind, Instance instance) {
        return switch (kind) {
            case CONNECT -> "no connection to " + instance.identity();
            case DIED -> "connection lost, request in flight, to " + instance.identity();
            case DEADLINE -> "deadline passed waiting for " + instance.identity();
            case TOO_LARGE -> "answer over the bytes allowed from " + instance.identity();
        };
    }
}
