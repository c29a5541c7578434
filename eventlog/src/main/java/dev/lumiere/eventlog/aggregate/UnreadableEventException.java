package dev.lumiere.eventlog.aggregate;

import dev.lumiere.eventlog.EventData;
import org.jspecify.annotations.Nullable;

/** An event of a known type that is not written as that type is. */
public final class UnreadableEventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableEventException(EventData data, String why, @Nullable Throwable cause) {
        super(
                "cannot read %s %s of schema %d: %s"
                        .formatted(data.type(), data.id(), data.schema(), why),
                cause);
    }
}
