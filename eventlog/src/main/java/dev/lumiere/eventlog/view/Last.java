package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The event of a partition that an index took in last. Another one at its place is another history,
 * as after a log was restored to a position before and went on. Its id stays also where its content
 * is taken out of the log. Text is {@code 17 11111111-2222-4333-8444-555555555555}.
 */
record Last(int partition, long position, UUID id) {
    static Last of(Event event) {
        return new Last(event.partition(), event.position(), event.data().id());
    }

    static byte[] key(int partition) {
        return ("last/" + partition).getBytes(StandardCharsets.US_ASCII);
    }

    static Last parse(int partition, String text) throws IOException {
        var words = text.split(" ", 2);
        try {
            return new Last(partition, Long.parseLong(words[0]), UUID.fromString(words[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new UnusableViewException("not a position and an id: " + text, e);
        }
    }

    /**
     * Passes if the log has this event here.
     *
     * @throws UnusableViewException if it has another, which says how to go on
     * @throws IOException if it cannot be read
     */
    void checkIsIn(EventLog log, Path folder) throws IOException {
        var there = log.read(partition, position, 1).getFirst();
        if (!there.data().id().equals(id)) {
            throw new UnusableViewException(
                    ("the view in %s took in event %s at position %d of partition %d, where the"
                                    + " log has event %s: it is of another history, as before a"
                                    + " restore; delete the folder, and it is folded anew")
                            .formatted(folder, id, position, partition, there.data().id()));
        }
    }

    @Override
    public String toString() {
        return position + " " + id;
    }
}
