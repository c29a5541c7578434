package dev.lumiere.eventlog;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of events durable and reads them again. It decides nothing: versions, ids and
 * positions are the {@link Sequencer}'s, who alone writes. Reads may come from any thread, also
 * while a batch is written.
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
     * Appends events, each at the position after the last of its partition: all of them or none,
     * also if the machine loses its power meanwhile. They are durable when this returns.
     *
     * @throws IOException if that is not known; what became of the batch shows when the log is
     *     opened again, and nothing more can be written before
     */
    void write(List<Event> batch) throws IOException;

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
