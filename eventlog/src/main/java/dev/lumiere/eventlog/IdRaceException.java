package dev.lumiere.eventlog;

import java.io.IOException;

/** Nothing was written: another node has appended an id of the batch in another partition. */
public final class IdRaceException extends IOException {
    private static final long serialVersionUID = 1;

    public IdRaceException(String message) {
        super(message);
    }
}
