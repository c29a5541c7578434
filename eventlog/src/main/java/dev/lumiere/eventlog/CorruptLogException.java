package dev.lumiere.eventlog;

import java.io.IOException;

/** What is read is not what was written. */
public final class CorruptLogException extends IOException {
    private static final long serialVersionUID = 1;

    private final String what;

    public CorruptLogException(String where, String what) {
        super(where + ": " + what);
        this.what = what;
    }

    /** What is wrong, without where. */
    public String what() {
        return what;
    }
}
