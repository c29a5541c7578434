package dev.lumiere.rendition;

import dev.lumiere.service.Span;
import dev.lumiere.service.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who waits for a result.
 *
 * @param deadline how long
 * @param spans told how long what took, on the waiting thread, if it was made while it waited
 */
public record Waiting(
        Instant deadline, TraceContext trace, String requestId, Consumer<List<Span>> spans) {

    /** One who does not ask how long what took. */
    public Waiting(Instant deadline, TraceContext trace, String requestId) {
        this(deadline, trace, requestId, _ -> {});
    }
}
