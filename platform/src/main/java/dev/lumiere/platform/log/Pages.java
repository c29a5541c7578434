package dev.lumiere.platform.log;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Reads a log page by page, so that a command holds no more of it. */
final class Pages {
    /** Events, or streams, of a page. */
    static final int SIZE = 1000;

    private Pages() {}

    /** Of the next page, where so many are wanted. */
    static int size(long left) {
        return (int) Math.min(left, SIZE);
    }

    /**
     * Prints events of all partitions, up to where the log ends now.
     *
     * @param after where to begin; null for the start
     * @param category of all; null for every one
     * @return the position that was reached
     */
    static PositionVector print(
            LogAccess log,
            LogOutput out,
            @Nullable PositionVector after,
            long max,
            @Nullable String category)
            throws IOException, InterruptedException {
        var end = log.end();
        var position = after == null ? PositionVector.start(end.partitions()) : after;
        if (position.partitions() != end.partitions()) {
            throw new StartFailure(
                    "not positions of this log, which ends at %s: %s".formatted(end, position));
        }
        var left = max;
        while (left > 0 && !position.includes(end)) {
            var page = log.readAll(position, size(left));
            var events = new ArrayList<Event>();
            for (var event : page.events()) {
                if (category == null || event.stream().category().equals(category)) {
                    events.add(event);
                }
            }
            out.events(events);
            left -= events.size();
            position = PositionVector.parse(page.position());
        }
        return position;
    }
}
