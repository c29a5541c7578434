package dev.lumiere.eventlog.postgres;

import java.io.IOException;

/** Another node that lives publishes the address of this one. */
final class AddressTakenException extends IOException {
    private static final long serialVersionUID = 1;

    AddressTakenException(String message) {
        super(message);
    }
}
