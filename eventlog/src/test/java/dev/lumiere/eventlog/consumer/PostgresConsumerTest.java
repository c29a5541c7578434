package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Nodes;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.postgres.PostgresServer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members on two nodes that share one database. */
@Timeout(120)
class PostgresConsumerTest extends ConsumerContract {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    @AutoClose private static PostgresServer server;

    private final Nodes nodes = new Nodes();

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    @Override
    List<EventLog> logs() throws IOException {
        var config = server.config("consumers" + SCHEMAS.incrementAndGet(), PARTITIONS);
        for (var name : List.of("one", "two")) {
            nodes.open(name, new PostgresLogDevice(config));
        }
        return List.of(nodes.log("one"), nodes.log("two"));
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() throws Exception {
        var allowed = new Semaphore(20);
        Handler handler =
                event -> {
                    allowed.acquire();
                    handled.add(event);
                };
        append(60);
        try (var a = Consumer.join(log, "mailer", "a", QUICK, handler);
                var b = Consumer.join(nodes.log("two"), "mailer", "b", QUICK, handler)) {
            await().atMost(LONG).until(() -> distinct() == 20);

            server.kill();
            allowed.release(1000);
            await().atMost(LONG).until(() -> isWaiting(a) && isWaiting(b));
            server.restart();
            await().atMost(LONG).until(() -> distinct() == 60);
            append(20);
            await().atMost(LONG).until(() -> distinct() == 80);
            assertThat(Stream.of(a, b).flatMap(each -> each.partitions().values().stream()))
                    .allMatch(status -> status.stop() == null);
        }
        assertOrderOfFirst();
    }

    private static boolean isWaiting(Consumer consumer) {
        return consumer.trouble() != null
                || consumer.partitions().values().stream()
                        .map(Consumer.Status::waitsFor)
                        .anyMatch(Objects::nonNull);
    }

    /** Some may have been handled twice; none before one that was before it. */
    private void assertOrderOfFirst() {
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var own = partition;
            assertThat(
                            handled.stream()
                                    .filter(event -> event.partition() == own)
                                    .map(Event::position)
                                    .distinct())
                    .isSorted();
        }
    }
}
