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

/**
 * Moves of which one half was taken in, in an index: under {@code m}, version, bucket and key of
 * what was moved. The halves may lie in two partitions, and come in any order: the second takes
 * what the first has left. Each move has two: that it began, and that what was moved is away or,
 * since it has changed before, stays.
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
     */
    record Begun(ObjectName name, long version) {}

    /** Takes in a change of an object. */
    static void apply(ObjectEvent change, Index index) throws IOException {
        switch (change) {
            case ObjectMovedAway(var bucket, var key, var version, _) ->
                    take(BEGUN, DONE, moveKey(new ObjectName(bucket, key), version), index);
            case ObjectMoved(_, var bucket, var key, var version) ->
                    take(DONE, BEGUN, moveKey(new ObjectName(bucket, key), version), index);
            case ObjectPut _, ObjectChanged _, ObjectDeleted _ -> {}
        }
    }

    /** Takes in the end of a move. */
    static void apply(MoveEvent end, Index index) throws IOException {
        switch (end) {
            case MoveGivenUp(var bucket, var key, var version) ->
                    take(BEGUN, DONE, moveKey(new ObjectName(bucket, key), version), index);
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
        var end = moveKey.indexOf(END);
        return new Begun(
                ObjectName.parse(moveKey.substring(end + 1)),
                Long.parseLong(moveKey.substring(MOVES.length(), end)));
    }

    private static String moveKey(ObjectName from, long version) {
        return MOVES + version + END + from;
    }
}
