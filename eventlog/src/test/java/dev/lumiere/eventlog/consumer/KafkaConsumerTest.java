package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Nodes;
import dev.lumiere.eventlog.kafka.KafkaCluster;
import dev.lumiere.eventlog.kafka.KafkaLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members on two nodes that share a topic of three brokers. */
@Timeout(120)
@Tag("kafka")
class KafkaConsumerTest {
    private static final int PARTITIONS = 3;

    @TempDir Path home;
    private final KafkaCluster cluster = KafkaCluster.shared();
    private final String topic = "consumers-" + UUID.randomUUID();
    private final Nodes nodes = new Nodes();
    private final Map<UUID, Event.Place> handled = new ConcurrentHashMap<>();

    @BeforeEach
    void open() throws IOException {
        for (var name : List.of("one", "two")) {
            var config = cluster.config(topic, PARTITIONS, home.resolve(name));
            nodes.open(name, new KafkaLogDevice(config, new Random(name.hashCode())));
        }
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private Consumer join(String node) {
        return Consumer.join(
                nodes.log(node),
                "mailer",
                node,
                ConsumerContract.QUICK,
                event -> handled.put(event.data().id(), event.place()));
    }

    private static void append(EventLog log, int from, int to) throws InterruptedException {
        for (var i = from; i <= to; i++) {
            var append = Append.to(stream("s" + i), Expected.any(), List.of(event(i)));
            assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    @Test
    void oneDiesAndTheOtherGoesOn() throws Exception {
        append(nodes.log("one"), 1, 20);
        try (var two = join("two")) {
            var one = join("one");
            await().atMost(LONG)
                    .until(() -> !one.partitions().isEmpty() && !two.partitions().isEmpty());
            await().atMost(LONG).until(() -> handled.size() == 20);

            nodes.close("one"); // and its member with it, which leaves nothing to anybody
            append(nodes.log("two"), 21, 40);
            await().atMost(LONG).until(() -> handled.size() == 40);
            await().atMost(LONG).until(() -> two.partitions().size() == PARTITIONS);
        }
        assertThat(new ConsumerGroups(nodes.log("two")).names()).containsExactly("mailer");
        assertThat(new ConsumerGroups(nodes.log("two")).progress("mailer"))
                .allMatch(each -> each.member() == null && each.lag() == 0);
    }
}
