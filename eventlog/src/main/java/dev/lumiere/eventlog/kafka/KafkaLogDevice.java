package dev.lumiere.eventlog.kafka;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A log in a topic of Kafka that several nodes share, for clusters of Kafka 4.2 and later with
 * {@code transaction.version} 2. Each node holds a replica in a folder, which a follower fills from
 * the topic, and reads from it; a node that has lost its folder fills it again from the start.
 *
 * <p>Each partition of the log is one of the topic, and has one owner at a time. Who is to own it
 * is decided in the consumer group {@code <topic>-owners}; that it is the only one, by the
 * partition's transactional id {@code <topic>-<partition>}. A new owner first fences the one before
 * it, then writes a claim to the partition, then reads up to that claim; what is before it is all
 * there is. Each batch is one transaction. A write returns after its events were read back, so that
 * whoever asks for the topic's end from then on is told of them.
 *
 * <p>Records of the topic, for other programs, which read with {@code
 * isolation.level=read_committed}. Key: the key of the stream, UTF-8. Value: the payload as it is,
 * JSON by default. Timestamp: when it was written. Headers, all of them text:
 *
 * <table>
 * <caption>Headers of a record</caption>
 * <tr><th>name</th><th>of an event</th></tr>
 * <tr><td>kind</td><td>{@code event}; records of another kind are to be passed over</td></tr>
 * <tr><td>stream</td><td>its name, {@code account-42}</td></tr>
 * <tr><td>version</td><td>in its stream, from 1, without a gap</td></tr>
 * <tr><td>position</td><td>in its partition, from 1, without a gap; offsets have gaps</td></tr>
 * <tr><td>id</td><td>UUID</td></tr>
 * <tr><td>type</td><td>such as {@code AccountCreated}</td></tr>
 * <tr><td>schema</td><td>version of the form of the payload, from 1</td></tr>
 * <tr><td>time</td><td>when it happened: ISO-8601, UTC, microseconds</td></tr>
 * <tr><td>causation</td><td>UUID, if known</td></tr>
 * <tr><td>correlation</td><td>UUID, if known</td></tr>
 * <tr><td>traceparent</td><td>as W3C has it, if known</td></tr>
 * <tr><td>crc</td><td>CRC-32C, 8 hex digits, of {@link dev.lumiere.eventlog.EventCodec}'s
 *     bytes</td></tr>
 * <tr><td>claim</td><td>UUID of the claim it was written by: that of the last record of kind
 *     {@code claim} before it in its partition</td></tr>
 * </table>
 *
 * <p>A record of kind {@code claim} has neither key nor value, and the header {@code address}:
 * where its owner takes appends.
 *
 * <p>Nobody else may write to the topic: Kafka does not prevent it, so the topic's access rules
 * must. Every record is held against those before it (claim, position, version, checksum), and the
 * first that does not follow ends this device with a {@link CorruptLogException} that names its
 * place. The same if the topic has lost what was read from it.
 *
 * <p>Ids are known for as long as the topic holds their events, which is for ever unless somebody
 * deletes from it. They are unique in a partition; the same id given to streams of two partitions
 * at the same time is not noticed. Content is not removed from a topic.
 */
public final class KafkaLogDevice implements LogDevice {
    private final KafkaLogConfig config;
    private final RandomGenerator random;
    private final Topic topic;
    private final Replica replica;
    private @Nullable Follower follower;
    private @Nullable Election election;

    /**
     * Opens the topic, or makes it, and the replica.
     *
     * @param random for how long to step back from others who claim the same
     * @throws CorruptLogException if the replica is damaged, or of another topic
     * @throws IOException if the cluster or the topic will not do, with what to change
     */
    public KafkaLogDevice(KafkaLogConfig config, RandomGenerator random) throws IOException {
        this.config = config;
        this.random = random;
        try {
            topic = new Topic(config);
        } catch (KafkaException e) {
            throw new IOException("cannot reach " + config.servers() + ": " + e.getMessage(), e);
        }
        var done = false;
        try {
            replica = new Replica(config, topic.open());
            done = true;
        } finally {
            if (!done) {
                topic.close();
            }
        }
    }

    @Override
    public int partitions() {
        return replica.partitions();
    }

    @Override
    public long last(int partition) throws IOException {
        return replica.store().reads().last(partition);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return replica.store().reads().version(stream);
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return replica.store().reads().find(id);
    }

    /** What the replica has can be read at once, the rest as it comes. */
    @Override
    public synchronized void seek(Candidate candidate) throws IOException {
        for (var partition = 0; partition < partitions(); partition++) {
            candidate.moved(partition, replica.last(partition));
        }
        var members = new Election(config, replica, candidate, random);
        var following = new Follower(config, replica, candidate::moved, members, members::leave);
        following.start();
        follower = following;
        members.start();
        election = members;
    }

    @Override
    public @Nullable String owner(int partition) throws IOException {
        replica.store();
        var progress = replica.progress(partition);
        return progress.claim() == null ? null : progress.address();
    }

    @Override
    public boolean catchUp(Duration atMost) throws IOException, InterruptedException {
        var end = System.nanoTime() + atMost.toNanos();
        var ends = topic.ends(atMost);
        return !ends.isEmpty()
                && replica.awaitOffsets(ends, Duration.ofNanos(end - System.nanoTime()));
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        return replica.store().reads().read(partition, from, bound);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return replica.store().reads().readStream(stream, from, bound);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return replica.store().reads().readStreamBackwards(stream, from, bound);
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return replica.store().reads().streams(prefix, after, max);
    }

    @Override
    public synchronized void close() throws IOException {
        try (topic;
                replica) {
            if (election != null) {
                election.close();
            }
            if (follower != null) {
                follower.close();
            }
        }
    }
}
