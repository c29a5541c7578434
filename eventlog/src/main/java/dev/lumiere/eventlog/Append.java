package dev.lumiere.eventlog;

import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/**
 * One decision about streams of one key: all of it comes to pass, or nothing. Without any event it
 * only asks whether the streams are as expected.
 *
 * @param changes at least one, at most one of a stream; together at most {@value #MAX_EVENTS}
 *     events of at most 8 MiB, with different ids
 */
public record Append(List<StreamAppend> changes) {
    static final int MAX_EVENTS = 4096;
    static final long MAX_BYTES = 8 << 20;

    /** What an event takes besides its payload, roughly. */
    private static final int OVERHEAD_BYTES = 200;

    public Append {
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("nothing is to be changed");
        }
        var key = changes.getFirst().stream().key();
        var streams = new HashSet<StreamId>();
        var ids = new HashSet<UUID>();
        for (var change : changes) {
            if (!change.stream().key().equals(key)) {
                throw new IllegalArgumentException(
                        "streams of different keys: %s, %s"
                                .formatted(changes.getFirst().stream(), change.stream()));
            }
            if (!streams.add(change.stream())) {
                throw new IllegalArgumentException("twice in one append: " + change.stream());
            }
            for (var event : change.events()) {
                if (event.type().startsWith("$")) {
                    throw new IllegalArgumentException("a type of the log's own: " + event.type());
                }
                if (!ids.add(event.id())) {
                    throw new IllegalArgumentException("twice in one append: event " + event.id());
                }
            }
        }
        if (ids.size() > MAX_EVENTS || bytes(changes) > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "too much for one append: %d events, %d bytes"
                            .formatted(ids.size(), bytes(changes)));
        }
    }

    /** To one stream. */
    public static Append to(StreamId stream, Expected expected, List<EventData> events) {
        return new Append(List.of(new StreamAppend(stream, expected, events)));
    }

    /** The first of its streams, which lies where all of them lie. */
    StreamId first() {
        return changes.getFirst().stream();
    }

    /** What it takes in memory. */
    long bytes() {
        return bytes(changes);
    }

    private static long bytes(List<StreamAppend> changes) {
        var bytes = 0L;
        for (var change : changes) {
            for (var event : change.events()) {
                bytes += OVERHEAD_BYTES + event.payload().size();
            }
        }
        return bytes;
    }
}
