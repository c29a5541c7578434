package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Index;
import dev.lumiere.storage.catalog.MoveEvent.MoveGivenUp;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves of which one half was taken in, in an index: under {@code m}, version, bucket and key of
 * what was moved, and where to. The halves may lie in two partitions, and come in any order: the
 * second takes what the first has left. Each move has two: that it began, and that what was moved
 * is away or, since it has changed or was moved elsewhere before, stays.
 */
final class MoveIndex {
    private static final String MOVES = "m";
    private static final char END = '\0';
    private static final String BEGUN = "begun";
    private static final String DONE = "done";

    private MoveIndex() {}

    /**
     * What is to be deleted since it was moved.
     *
     * @param version of its stream
     * @param to where
     */
    record Begun(ObjectName name, long version, ObjectName to) {}

    /** Takes in a change of an object. */
    static void apply(ObjectEvent change, Index index) throws IOException {
        switch (change) {
            case ObjectMovedAway(var bucket, var key, var version, var to) ->
                    end(new ObjectName(bucket, key), version, to, index);
            case ObjectMoved(var object, var bucket, var key, var version) -> {
                var move = moveKey(new ObjectName(bucket, key), version, ObjectName.of(object));
                take(DONE, BEGUN, move, index);
            }
            case ObjectPut _, ObjectChanged _, ObjectDeleted _ -> {}
        }
    }

    /** Takes in the end of a move. */
    static void apply(MoveEvent end, Index index) throws IOException {
        switch (end) {
            case MoveGivenUp(var bucket, var key, var version, var to) ->
                    end(new ObjectName(bucket, key), version, to, index);
        }
    }

    /**
     * Takes in the end of a move.
     *
     * @param to null in what older nodes wrote; that move is given up once it is looked at
     */
    private static void end(ObjectName from, long version, @Nullable ObjectName to, Index index)
            throws IOException {
        if (to != null) {
            take(BEGUN, DONE, moveKey(from, version, to), index);
        }
    }

    private static void take(String other, String half, String key, Index index)
            throws IOException {
        if (other.equals(index.get(key))) {
            index.delete(key);
        } else {
            index.put(key, half);
        }
    }

    /**
     * Some of those that are begun.
     *
     * @param after where a page before ended; empty for the first
     * @param max of halves that are looked at
     */
    static Page begun(Index index, String after, int max) throws IOException {
        var begun = new ArrayList<Begun>();
        var halves = index.scan(MOVES, after, max);
        for (var half : halves) {
            if (half.value().equals(BEGUN)) {
                begun.add(parse(half.key()));
            }
        }
        return new Page(begun, halves.size() < max ? "" : halves.getLast().key());
    }

    /**
     * A page.
     *
     * @param next where to go on; empty at the end
     */
    record Page(List<Begun> begun, String next) {}

    private static Begun parse(String moveKey) {
        var version = moveKey.indexOf(END);
        var length = moveKey.indexOf(END, version + 1);
        var from = length + 1;
        var to = from + Integer.parseInt(moveKey.substring(version + 1, length));
        return new Begun(
                ObjectName.parse(moveKey.substring(from, to)),
                Long.parseLong(moveKey.substring(MOVES.length(), version)),
                ObjectName.parse(moveKey.substring(to)));
    }

    /** Old keys may have a NUL, so that the length of the first name is told. */
    private static String moveKey(ObjectName from, long version, ObjectName to) {
        var first = from.toString();
        return MOVES + version + END + first.length() + END + first + to;
    }
}
