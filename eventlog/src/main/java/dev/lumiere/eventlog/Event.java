package dev.lumiere.eventlog;

/**
 * Something that happened, at its place in the log.
 *
 * @param partition from 0
 * @param position in its partition, from 1, without a gap
 * @param stream whose history it belongs to
 * @param version in its stream, from 1, without a gap
 * @param data what happened
 */
public record Event(int partition, long position, StreamId stream, long version, EventData data) {
    public Event {
        if (partition < 0 || position < 1 || version < 1) {
            throw new IllegalArgumentException(
                    "no such place: partition %d, position %d, version %d"
                            .formatted(partition, position, version));
        }
    }

    public Place place() {
        return new Place(partition, position);
    }

    /**
     * Where in the log.
     *
     * @param partition from 0
     * @param position from 1
     */
    public record Place(int partition, long position) {}
}
