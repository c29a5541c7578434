package dev.lumiere.eventlog;

import java.io.IOException;

/** Nothing was appended: the partition is another node's. */
public final class NotOwnerException extends IOException {
    private static final long serialVersionUID = 1;

    public NotOwnerException(String message) {
        super(message);
    }
}
