package dev.lumiere.eventlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The right to write to some partitions, which nobody else has at the same time. It ends when it is
 * released, or when another node was faster; a {@link LogDevice} refuses what is written after
 * that, however late the writer hears of it.
 */
public interface Claim {
    /** Whose they are; what can be read of them is all that was ever acknowledged. */
    List<Integer> partitions();

    /**
     * Appends events, each at the position after the last of its partition: all of them or none,
     * also if the machine loses its power meanwhile. They are durable, and {@link LogDevice} reads
     * them, when this returns. One call at a time.
     *
     * @throws NotOwnerException if nothing was written and nothing will be, since the claim has
     *     ended
     * @throws IdRaceException if nothing was written, since an id is in another partition by now;
     *     the claim goes on
     * @throws IOException if it is not known what became of the batch; nothing more can be written
     *     with this claim
     */
    void write(List<Event> batch) throws IOException;

    /**
     * Makes sure that it has not ended, so that what was decided without an event to write, such as
     * a conflict, rests on all that was ever acknowledged.
     *
     * @throws NotOwnerException if it has
     * @throws IOException if that cannot be known
     */
    default void confirm() throws IOException {
        // it never ends
    }

    /**
     * Begins a batch, to which events are added while the one before is written.
     *
     * @see #write
     */
    default Prepared prepare() {
        var events = new ArrayList<Event>();
        return new Prepared() {
            @Override
            public void add(Event event) {
                events.add(event);
            }

            @Override
            public void write() throws IOException {
                Claim.this.write(events);
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    /** A batch that grows, then is written as {@link Claim#write} does, or not at all. */
    interface Prepared extends AutoCloseable {
        /** Of the next position of its partition. */
        void add(Event event);

        void write() throws IOException;

        @Override
        void close();
    }

    /** Ends it, so that others may have the partitions at once. Again it does nothing. */
    void release();

    /** Whether nobody else ever has these partitions, so that what fails here fails for good. */
    default boolean isForLife() {
        return false;
    }
}
