package dev.lumiere.eventlog.aggregate;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import org.jspecify.annotations.Nullable;

/**
 * An event without which a state is not known: one of a known type that is not written as that type
 * is, or one whose content retention has taken out of the log.
 */
public final class UnreadableEventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableEventException(EventData data, String why, @Nullable Throwable cause) {
        super(
                "cannot read %s %s of schema %d: %s"
                        .formatted(data.type(), data.id(), data.schema(), why),
                cause);
    }

    /** Of an event whose content is not in the log any more. */
    UnreadableEventException(Event removed) {
        super(
                "version %d of %s: its content was taken out of the log, and no snapshot that counts here"
                                .formatted(removed.version(), removed.stream())
                        + " holds it");
    }
}
