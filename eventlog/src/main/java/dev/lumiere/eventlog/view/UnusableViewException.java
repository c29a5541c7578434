package dev.lumiere.eventlog.view;

import java.io.IOException;

/**
 * What is in the folder of a view is damaged, or was not made of this log, as after a restore: the
 * view is folded anew once the folder is deleted. Nothing that is in the log is lost with it.
 */
public final class UnusableViewException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableViewException(String message) {
        super(message);
    }

    UnusableViewException(String message, Throwable cause) {
        super(message, cause);
    }
}
