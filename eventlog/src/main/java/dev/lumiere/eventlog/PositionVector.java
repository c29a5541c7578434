package dev.lumiere.eventlog;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A position in each partition of a log: everything up to there, and nothing after. Text is the
 * positions in order, {@code 17.0.4}.
 */
public final class PositionVector {
    private final long[] positions;

    private PositionVector(long[] positions) {
        this.positions = positions;
    }

    /** Before the first event of a log. */
    public static PositionVector start(int partitions) {
        return new PositionVector(new long[partitions]);
    }

    /**
     * As given.
     *
     * @throws IllegalArgumentException if there is none, or one below 0
     */
    public static PositionVector of(long... positions) {
        if (positions.length == 0 || LongStream.of(positions).anyMatch(p -> p < 0)) {
            throw new IllegalArgumentException("no positions: " + Arrays.toString(positions));
        }
        return new PositionVector(positions.clone());
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static PositionVector parse(String text) {
        try {
            return of(Arrays.stream(text.split("\\.", -1)).mapToLong(Long::parseLong).toArray());
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("not positions: " + text);
        }
    }

    public int partitions() {
        return positions.length;
    }

    public long of(int partition) {
        return positions[partition];
    }

    /** The same with another position in one partition. */
    public PositionVector with(int partition, long position) {
        var changed = positions.clone();
        changed[partition] = position;
        return of(changed);
    }

    /** Whether what is at this place is not after this. */
    public boolean includes(Event.Place place) {
        return positions[place.partition()] >= place.position();
    }

    /** Whether nothing of the other is after this. */
    public boolean includes(PositionVector other) {
        for (var i = 0; i < positions.length; i++) {
            if (positions[i] < other.positions[i]) {
                return false;
            }
        }
        return true;
    }

    /** How many events lie between another and this, where this is further. */
    public long since(PositionVector before) {
        var events = 0L;
        for (var i = 0; i < positions.length; i++) {
            events += Math.max(0, positions[i] - before.positions[i]);
        }
        return events;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PositionVector vector && Arrays.equals(positions, vector.positions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positions);
    }

    @Override
    public String toString() {
        return String.join(
                ".", Arrays.stream(positions).mapToObj(Long::toString).toArray(String[]::new));
    }
}
