package dev.lumiere.eventlog.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The topic of a log, and the cluster it is in. */
final class Topic implements AutoCloseable {
    private static final String TRANSACTIONS = "transaction.version";
    private static final int LEAST_TRANSACTIONS = 2;
    private static final int SAFE_REPLICAS = 3;

    /** Between two looks for a topic that was just made. */
    private static final Duration MADE = Duration.ofMillis(50);

    /** What a topic must say, or events would be lost. */
    private static final Map<String, String> SETTINGS =
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
                    TopicConfig.RETENTION_MS_CONFIG, "-1",
                    TopicConfig.RETENTION_BYTES_CONFIG, "-1",
                    TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false",
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");

    /** A cluster that is not there by then is one at another address, for all anybody knows. */
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);

    private final KafkaLogConfig config;
    private final Admin admin;

    Topic(KafkaLogConfig config) {
        this.config = config;
        var properties = config.properties();
        properties.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                KafkaLogConfig.millis(config.write()));
        admin = Admin.create(properties);
    }

    /**
     * Makes it if there is none, and sees whether it will do.
     *
     * @return its id
     * @throws IOException if it will not, or cannot be reached
     */
    String open() throws IOException {
        checkTransactions();
        var topic = describe();
        if (topic == null) {
            create();
            topic = awaitMade();
        }
        if (topic.partitions().size() != config.partitions()) {
            throw new IOException(
                    "topic %s has %d partitions for its life, not %d"
                            .formatted(
                                    config.topic(),
                                    topic.partitions().size(),
                                    config.partitions()));
        }
        checkSettings();
        return topic.topicId().toString();
    }

    private void checkTransactions() throws IOException {
        var patience =
                new DescribeFeaturesOptions().timeoutMs(KafkaLogConfig.millis(STARTS_WITHIN));
        var features =
                get(admin.describeFeatures(patience).featureMetadata(), "ask for the features");
        var transactions = features.finalizedFeatures().get(TRANSACTIONS);
        var level = transactions == null ? 0 : transactions.maxVersionLevel();
        if (level < LEAST_TRANSACTIONS) {
            throw new IOException(
                    ("the cluster at %s has %s %d, and %d is needed, or a late request could commit"
                                    + " what was given up: brokers of Kafka 4.2 or later, and"
                                    + " kafka-features upgrade --feature %s=%d")
                            .formatted(
                                    config.servers(),
                                    TRANSACTIONS,
                                    level,
                                    LEAST_TRANSACTIONS,
                                    TRANSACTIONS,
                                    LEAST_TRANSACTIONS));
        }
    }

    /** Null if there is none. */
    private @Nullable TopicDescription describe() throws IOException {
        try {
            var all = await(admin.describeTopics(List.of(config.topic())).allTopicNames());
            return all.get(config.topic());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw failure("describe topic " + config.topic(), e);
        }
    }

    /** Not every broker knows at once of what another has made. */
    private TopicDescription awaitMade() throws IOException {
        var end = System.nanoTime() + config.write().toNanos();
        while (System.nanoTime() < end) {
            var topic = describe();
            if (topic != null) {
                return topic;
            }
            LockSupport.parkNanos(MADE.toNanos());
        }
        throw new IOException(
                "topic %s was made, and is not there after %s"
                        .formatted(config.topic(), config.write()));
    }

    private void create() throws IOException {
        var settings = new HashMap<>(SETTINGS);
        settings.put(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(KafkaClaim.MAX_RECORD_BYTES));
        if (config.replicas() >= SAFE_REPLICAS) {
            settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        var topic = new NewTopic(config.topic(), config.partitions(), (short) config.replicas());
        try {
            await(admin.createTopics(List.of(topic.configs(settings))).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // by another node, just now
                throw failure("make topic " + config.topic(), e);
            }
        }
    }

    private void checkSettings() throws IOException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, config.topic());
        var is = settings(resource);
        for (var wish : SETTINGS.entrySet()) {
            var value = is.get(wish.getKey());
            if (value != null && !wish.getValue().equals(value.value())) {
                throw new IOException(
                        "topic %s has %s=%s, and a log needs %s"
                                .formatted(
                                        config.topic(),
                                        wish.getKey(),
                                        value.value(),
                                        wish.getValue()));
            }
        }
        var least = is.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        if (config.replicas() >= SAFE_REPLICAS
                && least != null
                && Integer.parseInt(least.value()) < 2) {
            throw new IOException(
                    "topic %s has %s=%s: what one broker alone acknowledges is lost with it"
                            .formatted(config.topic(), least.name(), least.value()));
        }
        var most = is.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (most != null && Integer.parseInt(most.value()) < KafkaClaim.MAX_RECORD_BYTES) {
            throw new IOException(
                    "topic %s has %s=%s, and a log needs %d or more"
                            .formatted(
                                    config.topic(),
                                    most.name(),
                                    most.value(),
                                    KafkaClaim.MAX_RECORD_BYTES));
        }
    }

    private Config settings(ConfigResource resource) throws IOException {
        var end = System.nanoTime() + config.write().toNanos();
        while (true) {
            try {
                var all = await(admin.describeConfigs(List.of(resource)).all());
                return Objects.requireNonNull(all.get(resource));
            } catch (ExecutionException e) {
                var isNew = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!isNew || System.nanoTime() > end) {
                    throw failure("ask for the settings of topic " + config.topic(), e);
                }
            }
            LockSupport.parkNanos(MADE.toNanos());
        }
    }

    /** After the last record of each partition that is committed now; empty if time was over. */
    List<Long> ends(Duration atMost) throws IOException {
        var millis = Math.toIntExact(Math.clamp(atMost.toMillis(), 1, Integer.MAX_VALUE));
        var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(millis);
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        for (var partition = 0; partition < config.partitions(); partition++) {
            wanted.put(new TopicPartition(config.topic(), partition), OffsetSpec.latest());
        }
        try {
            var ends = await(admin.listOffsets(wanted, options).all());
            return wanted.keySet().stream()
                    .sorted(Comparator.comparingInt(TopicPartition::partition))
                    .map(each -> Objects.requireNonNull(ends.get(each)).offset())
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                return List.of();
            }
            throw failure("ask where topic " + config.topic() + " ends", e);
        }
    }

    private <T> T get(KafkaFuture<T> future, String what) throws IOException {
        try {
            return await(future);
        } catch (ExecutionException e) {
            throw failure(what, e);
        }
    }

    private <T> T await(KafkaFuture<T> future) throws IOException, ExecutionException {
        try {
            return future.get(config.write().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("no answer from " + config.servers(), e);
        }
    }

    private IOException failure(String what, ExecutionException e) {
        var cause = e.getCause() == null ? e : e.getCause();
        return new IOException(
                "cannot %s at %s: %s".formatted(what, config.servers(), cause.getMessage()), cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
