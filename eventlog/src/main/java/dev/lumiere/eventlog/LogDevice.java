package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of events durable and reads them again. It decides nothing: versions, ids and
 * positions are the {@link Sequencer}'s, who alone writes, by a {@link Claim}. Reads may come from
 * any thread, also while a batch is written; what can be read is durable.
 *
 * <p>A device of one process grants all partitions at once and for ever. One that several nodes
 * share grants each partition to one of them at a time, by means of its own, and tells what the
 * others wrote.
 */
public interface LogDevice extends AutoCloseable {
    /** How many there are, at least 1; the same for the life of the log. */
    int partitions();

    /** The last position of a partition; 0 if it is empty. */
    long last(int partition) throws IOException;

    /** The version of a stream's last event; 0 if there is none. */
    long version(StreamId stream) throws IOException;

    /** Where the event of an id is; null if there is none. */
    Event.@Nullable Place find(UUID id) throws IOException;

    /**
     * What {@link #find} says, where that costs little. Null may mean as well that it is not known;
     * then {@link Claim#write} refuses an id that is there with {@link IdRaceException}, and after
     * that it is known.
     */
    default Event.@Nullable Place recall(UUID id) throws IOException {
        return find(id);
    }

    /**
     * Seeks partitions for a node, until this is closed. Called once, before anything is read.
     *
     * @param candidate is told of claims, also before this returns, and of what others write
     */
    void seek(Candidate candidate) throws IOException;

    /** Why nothing is to be appended here for now, such as a full disk; null for no reason. */
    default @Nullable String full() {
        return null;
    }

    /** Where the owner of a partition takes appends; null if nobody is known to own it. */
    @Nullable String owner(int partition) throws IOException;

    /**
     * Makes readable here whatever was acknowledged anywhere before this call.
     *
     * @return whether it is
     */
    boolean catchUp(Duration atMost) throws IOException, InterruptedException;

    /**
     * The events of a partition in their order.
     *
     * @param from position of the first
     * @throws CorruptLogException if one is not as it was written, or missing
     */
    List<Event> read(int partition, long from, Bound bound) throws IOException;

    /**
     * The events of a stream in their order.
     *
     * @param from version of the first
     * @throws CorruptLogException if one is not as it was written, or missing
     */
    List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException;

    /**
     * The events of a stream, the last first.
     *
     * @param from version of the first of them
     * @throws CorruptLogException if one is not as it was written, or missing
     */
    List<Event> readStreamBackwards(StreamId stream, long from, Bound bound) throws IOException;

    /**
     * Takes the content of events out, for good and durably: of each remains what {@link
     * EventData#removed} says, at its place. Those whose content is out already stay as they are.
     *
     * @param positions in that partition, of events that are published
     * @throws UnsupportedOperationException if this device keeps all it was given
     */
    default void remove(int partition, List<Long> positions) throws IOException {
        throw new UnsupportedOperationException("what this device keeps cannot be removed");
    }

    /**
     * Streams there are, in an order of the device's own.
     *
     * @param prefix how their names begin: {@code account-4}, or {@code acc} for categories
     * @param after one that begins so, the last of a page before; null for the first page
     */
    List<StreamHead> streams(String prefix, @Nullable StreamId after, int max) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * How much is read at once; of anything there is, at least one event.
     *
     * @param events at most
     * @param bytes of payload, after which no further event is added
     */
    record Bound(int events, long bytes) {
        public Bound {
            if (events < 1 || bytes < 0) {
                throw new IllegalArgumentException("bound of " + events + " events");
            }
        }
    }
}
