package dev.lumiere.service.registry;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of bytes into server-sent events; comments are passed over. */
final class SentEvents {
    /** More than all the members a registry may hold take in practice. */
    private static final int MAX_EVENT_BYTES = 64 * 1024 * 1024;

    private Buffer rest = Buffer.buffer();
    private int scanned;
    private String id = "";
    private String name = "message";
    private final StringBuilder data = new StringBuilder();

    /**
     * The events that {@code chunk} completes.
     *
     * @throws IllegalArgumentException if one is longer than any watch sends
     */
    List<SentEvent> read(Buffer chunk) {
        if (rest.length() + data.length() + chunk.length() > MAX_EVENT_BYTES) {
            throw new IllegalArgumentException("an event over " + MAX_EVENT_BYTES + " bytes");
        }
        rest.appendBuffer(chunk);
        var events = new ArrayList<SentEvent>();
        var start = 0;
        for (; scanned < rest.length(); scanned++) {
            if (rest.getByte(scanned) == '\n') {
                var end = scanned > start && rest.getByte(scanned - 1) == '\r' ? -1 : 0;
                line(rest.getString(start, scanned + end), events);
                start = scanned + 1;
            }
        }
        rest = start == 0 ? rest : rest.getBuffer(start, rest.length());
        scanned = rest.length();
        return events;
    }

    private void line(String line, List<SentEvent> events) {
        if (line.isEmpty()) {
            if (!data.isEmpty()) {
                events.add(new SentEvent(id, name, data.toString()));
            }
            name = "message";
            data.setLength(0);
            return;
        }
        var colon = line.indexOf(':');
        var field = colon < 0 ? line : line.substring(0, colon);
        var value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "id" -> id = value;
            case "event" -> name = value;
            case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
            default -> {} // a comment, or a field of a later time
        }
    }
}
