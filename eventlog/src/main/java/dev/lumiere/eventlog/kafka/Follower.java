package dev.lumiere.eventlog.kafka;

import dev.lumiere.eventlog.CorruptLogException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is committed in the topic, all partitions, into the replica. */
final class Follower implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int FETCH_BYTES = 16 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final KafkaLogConfig config;
    private final Replica replica;
    private final Moved moved;
    private final Replica.Claims claims;
    private final Runnable stopped;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<Integer> unchecked = new HashSet<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Hears how far each partition can be read. */
    interface Moved {
        void to(int partition, long last);
    }

    /**
     * Reads from where the replica ends, once it is started.
     *
     * @param stopped is told when nothing is read any more, since that would be wrong
     */
    Follower(
            KafkaLogConfig config,
            Replica replica,
            Moved moved,
            Replica.Claims claims,
            Runnable stopped) {
        this.stopped = stopped;
        this.config = config;
        this.replica = replica;
        this.moved = moved;
        this.claims = claims;
        var properties = config.properties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.topic() + "-follower");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                KafkaLogConfig.millis(config.write()));
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void start() {
        Thread.ofPlatform().name("log-follower").daemon().start(this::run);
    }

    private void run() {
        try {
            while (!hasBegun()) {
                LOG.warn("topic {} is not there; tried again", config.topic());
            }
            while (true) {
                take(consumer.poll(POLL));
            }
        } catch (WakeupException _) {
            // closed
        } catch (OffsetOutOfRangeException e) {
            var partition = e.partitions().iterator().next().partition();
            stop(replica.lost(partition, "the topic does not reach from there: " + e.getMessage()));
        } catch (RuntimeException e) { // of Kafka's clients what they do not try again
            stop(new IOException("cannot read topic " + config.topic() + ": " + e.getMessage(), e));
        } catch (IOException e) {
            stop(e);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
            ended.complete(null);
        }
    }

    private void stop(IOException e) {
        LOG.error("nothing more is read or written: {}", e.getMessage(), e);
        replica.fail(e);
        stopped.run();
    }

    /** Bounded by the time a call may take; false if that was over. */
    private boolean hasBegun() throws CorruptLogException {
        try {
            begin();
            return true;
        } catch (RetriableException _) {
            return false;
        }
    }

    /** At the last record that was read, to see whether it is still the same. */
    private void begin() throws CorruptLogException {
        var all =
                IntStream.range(0, replica.partitions())
                        .mapToObj(partition -> new TopicPartition(config.topic(), partition))
                        .toList();
        consumer.assign(all);
        var ends = consumer.endOffsets(all);
        var begins = consumer.beginningOffsets(all);
        for (var each : all) {
            var last = replica.progress(each.partition()).last();
            if (last < 0) {
                consumer.seek(each, begins.getOrDefault(each, 0L));
                continue;
            }
            var end = ends.getOrDefault(each, 0L);
            if (end <= last) {
                throw replica.lost(each.partition(), "the topic ends at offset " + end);
            }
            unchecked.add(each.partition());
            consumer.seek(each, last);
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> read) throws IOException {
        for (var each : read.partitions()) {
            var partition = each.partition();
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>(read.records(each));
            if (unchecked.remove(partition)) {
                replica.checkLast(records.removeFirst());
            }
            var before = replica.last(partition);
            if (!records.isEmpty()) {
                replica.apply(partition, records, claims);
            }
            if (replica.last(partition) > before) {
                moved.to(partition, replica.last(partition));
            }
        }
        for (var each : consumer.assignment()) {
            replica.reached(each.partition(), consumer.position(each));
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        ended.join();
    }
}
