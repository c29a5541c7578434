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

    /** In place of where to. */
    private static final String ANYWHERE = "";

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
            case ObjectMoved(var object, var bucket, var key, var version) ->
                    begin(
                            new ObjectName(bucket, key),
                            version,
                            ObjectName.of(object).toString(),
                            index);
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

    private static void begin(ObjectName from, long version, String to, Index index)
            throws IOException {
        if (!take(DONE, moveKey(from, version, to), index)
                && !take(DONE, moveKey(from, version, ANYWHERE), index)) {
            index.put(moveKey(from, version, to), BEGUN);
        }
    }

    /**
     * Takes in the end of a move.
     *
     * @param to null in what older nodes wrote, for the one there was
     */
    private static void end(ObjectName from, long version, @Nullable ObjectName to, Index index)
            throws IOException {
        var move = moveKey(from, version, to == null ? ANYWHERE : to.toString());
        if (!take(BEGUN, to == null ? first(move, index) : move, index)) {
            index.put(move, DONE);
        }
    }

    private static String first(String prefix, Index index) throws IOException {
        var found = index.scan(prefix, "", 1);
        return found.isEmpty() ? prefix : found.getFirst().key();
    }

    private static boolean take(String half, String key, Index index) throws IOException {
        var isThere = half.equals(index.get(key));
        if (isThere) {
            index.delete(key);
        }
        return isThere;
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
    private static String moveKey(ObjectName from, long version, String to) {
        var first = from.toString();
        return MOVES + version + END + first.length() + END + first + to;
    }
}
