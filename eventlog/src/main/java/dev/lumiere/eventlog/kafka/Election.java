package dev.lumiere.eventlog.kafka;

import dev.lumiere.eventlog.Candidate;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the partitions that Kafka gives this node in the group {@code <topic>-owners}, whose
 * members read nothing. The group only says who should try: two that both believe a partition is
 * theirs fence each other, and step back for a random time.
 *
 * <p>It is a group of the classic protocol, since there a member chooses after what time it is
 * taken for dead; in the new one the brokers do, 45 s by default.
 */
final class Election implements Replica.Claims, AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration LEAST_BACK_OFF = Duration.ofMillis(50);
    private static final Duration MOST_BACK_OFF = Duration.ofSeconds(5);
    private static final int HEARTBEATS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Election.class);

    private final KafkaLogConfig config;
    private final Replica replica;
    private final Candidate candidate;
    private final RandomGenerator random;
    private final ConcurrentMap<Integer, Holder> holders = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> member;

    Election(KafkaLogConfig config, Replica replica, Candidate candidate, RandomGenerator random) {
        this.config = config;
        this.replica = replica;
        this.candidate = candidate;
        this.random = random;
    }

    void start() {
        Thread.ofPlatform().name("log-election").daemon().start(this::run);
    }

    private void run() {
        try {
            for (var failures = 0; closing.getCount() > 0; failures++) {
                takePart();
                giveUp(List.copyOf(holders.keySet()), "this node left the group of owners");
                backOff(closing, failures, LEAST_BACK_OFF);
            }
        } finally {
            ended.complete(null);
        }
    }

    private void takePart() {
        try {
            var consumer = consumer();
            try {
                member = consumer;
                consumer.subscribe(List.of(config.topic()), new Assigned(consumer));
                while (closing.getCount() > 0) {
                    consumer.poll(POLL);
                }
            } finally {
                consumer.close(CloseOptions.timeout(CLOSE));
            }
        } catch (WakeupException _) {
            // closed
        } catch (RuntimeException e) { // of Kafka's client, as a rule
            LOG.warn("no member of the owners of {}: {}", config.topic(), e.getMessage());
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var properties = config.properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.topic() + "-owners");
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        properties.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, KafkaLogConfig.millis(config.session()));
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                KafkaLogConfig.millis(config.session()) / HEARTBEATS);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private final class Assigned implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Assigned(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            for (var each : partitions) {
                holders.computeIfAbsent(each.partition(), Holder::new);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            giveUp(numbers(partitions), "another node is to have it");
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            giveUp(numbers(partitions), "this node was not heard of for too long");
        }

        private static List<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).toList();
        }
    }

    private void giveUp(List<Integer> partitions, String reason) {
        var given = partitions.stream().map(holders::remove).filter(each -> each != null).toList();
        given.forEach(holder -> holder.giveUp(reason));
        given.forEach(Holder::awaitEnd);
    }

    @Override
    public void seen(int partition, LogRecord.OfClaim claim) {
        var holder = holders.get(partition);
        if (holder != null) {
            holder.seen(claim);
        }
    }

    private void backOff(CountDownLatch unlessGone, int failures, Duration least) {
        var most = MOST_BACK_OFF.toMillis();
        var millis = Math.min(most, least.toMillis() << Math.min(failures, 10));
        try {
            var _ = unlessGone.await(millis + random.nextLong(millis), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Claims one partition, again and again, until it is given up. */
    private final class Holder {
        private final int partition;
        private final CountDownLatch gone = new CountDownLatch(1);
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        private volatile @Nullable KafkaClaim claim;

        Holder(int partition) {
            this.partition = partition;
            Thread.ofVirtual().name("log-owner-" + partition).start(this::run);
        }

        private void run() {
            try {
                claim();
            } finally {
                ended.complete(null);
            }
        }

        private void claim() {
            for (var failures = 0; gone.getCount() > 0; failures++) {
                var least = LEAST_BACK_OFF;
                try (var made = new KafkaClaim(config, partition, candidate.address(), replica)) {
                    hold(made);
                    if (made.hasWritten()) {
                        failures = 0;
                    }
                    if (made.isTaken()) { // so that the group may tell meanwhile
                        least = config.session().dividedBy(HEARTBEATS);
                    }
                } catch (IOException | KafkaException e) {
                    LOG.warn("{}", e.getMessage());
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return;
                } finally {
                    claim = null;
                }
                backOff(gone, failures, least);
            }
        }

        private void hold(KafkaClaim made) throws IOException, InterruptedException {
            claim = made;
            if (gone.getCount() == 0) {
                return;
            }
            made.announce();
            try {
                candidate.granted(made);
                LOG.info("partition {} of {} is this node's", partition, config.topic());
            } catch (IOException e) {
                made.end(String.valueOf(e.getMessage()));
            }
            var why = made.awaitEnd();
            LOG.info("partition {} of {} is not: {}", partition, config.topic(), why);
            candidate.lost(made, why);
        }

        void seen(LogRecord.OfClaim other) {
            var held = claim;
            if (held != null) {
                held.seen(other);
            }
        }

        void giveUp(String why) {
            gone.countDown();
            var held = claim;
            if (held != null) {
                held.abandon("partition %d: %s".formatted(partition, why));
            }
        }

        /** So that a write may come to its end; it does no harm if it does not. */
        void awaitEnd() {
            var millis = config.session().toMillis();
            ended.copy().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
        }
    }

    /** Gives up what this node has, for others to take it, and seeks nothing more. */
    void leave() {
        closing.countDown();
        var consumer = member;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void close() {
        leave();
        ended.join();
    }
}
