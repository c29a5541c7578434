package dev.lumiere.storage.catalog;

import java.io.IOException;

/** A node does not have a partition of the catalog, or not yet, or cannot tell of it now. */
public final class NotHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotHeldException(String message) {
        super(message);
    }
}
