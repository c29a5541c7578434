package dev.lumiere.eventlog.postgres;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Nodes;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several nodes, one database. */
@Timeout(120)
class PostgresNodesTest {
    private static final int PARTITIONS = 8;
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    @AutoClose private static PostgresServer server;

    private final String schema = "nodes" + SCHEMAS.incrementAndGet();
    @AutoClose private final Nodes nodes = new Nodes();

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    private void open(String name) throws IOException {
        nodes.open(name, new PostgresLogDevice(server.config(schema, PARTITIONS)));
    }

    @Test
    void everyNodeHasItsShareAsNodesComeAndGo() throws Exception {
        open("a");
        await().until(() -> nodes.owned("a") == 8);
        open("b");
        await().until(() -> nodes.owned("a") == 4 && nodes.owned("b") == 4);
        open("c");
        await().until(() ->
                nodes.owned("a") == 3 && nodes.owned("b") == 3 && nodes.owned("c") == 2);
        nodes.close("a");
        await().until(() -> nodes.owned("b") == 4 && nodes.owned("c") == 4);
        nodes.close("b");
        await().until(() -> nodes.owned("c") == 8);
    }

    @Test
    void whatIsAppendedAnywhereIsThereOnceAndReadAtOnce() throws Exception {
        for (var name : List.of("a", "b", "c")) {
            open(name);
        }
        await().until(() -> nodes.owned("a") + nodes.owned("b") + nodes.owned("c") == 8);
        nodes.appendEverywhere(40, () -> {});
        nodes.check();
        assertThat(nodes.forwarded()).isPositive();
    }

    @Test
    void nothingAcknowledgedIsLostWhenNodesComeAndGo() throws Exception {
        open("a");
        open("b");
        nodes.appendEverywhere(
                60,
                () -> {
                    open("c");
                    nodes.close("a");
                    open("d");
                    nodes.close("b");
                });
        nodes.check();
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheServerIsKilled() throws Exception {
        open("a");
        open("b");
        nodes.appendEverywhere(
                60,
                () -> {
                    server.kill();
                    server.restart();
                });
        nodes.check();
    }

    /** Who was away for longer than its lease, and does not know it. */
    @Test
    void aFormerOwnerWritesNothing() throws Exception {
        var zombie = new Zombie();
        var device = new PostgresLogDevice(server.config(schema, 1));
        device.seek(zombie);
        var claim = zombie.claims.poll(10, TimeUnit.SECONDS);
        claim.write(List.of(new Event(0, 1, stream("a"), 1, event(1))));
        claim.confirm();
        zombie.stop(); // and with it the thread that renews

        nodes.open("b", new PostgresLogDevice(server.config(schema, 1)));
        await().until(() -> nodes.log("b").owns(0));
        var outcome =
                nodes.log("b")
                        .append(
                                Append.to(stream("a"), Expected.version(1), List.of(event(2))),
                                LONG);
        assertThat(outcome).isInstanceOf(Appended.class);

        assertThatThrownBy(() -> claim.write(List.of(new Event(0, 2, stream("a"), 2, event(3)))))
                .isInstanceOf(NotOwnerException.class);
        assertThatThrownBy(() -> claim.write(List.of(new Event(0, 3, stream("a"), 3, event(3)))))
                .isInstanceOf(NotOwnerException.class);
        assertThatThrownBy(claim::confirm).isInstanceOf(NotOwnerException.class);
        assertThat(nodes.log("b").readStream(stream("a"), 1, 9))
                .extracting(event -> event.data().id())
                .containsExactly(event(1).id(), event(2).id());
        zombie.goOn();
        device.close();
    }

    /** It can stop whoever tells it something, as a process that is stopped would be. */
    private static final class Zombie implements Candidate {
        private final BlockingQueue<Claim> claims = new LinkedBlockingQueue<>();
        private final Semaphore listening = new Semaphore(1);

        void stop() {
            listening.acquireUninterruptibly();
        }

        void goOn() {
            listening.release();
        }

        @Override
        public String address() {
            return "zombie";
        }

        @Override
        public void granted(Claim claim) {
            claims.add(claim);
        }

        @Override
        public void lost(Claim claim, String reason) {
            // it does not listen
        }

        @Override
        public void moved(int partition, long last) {
            listening.acquireUninterruptibly();
            listening.release();
        }
    }

    /** The commit is made, and its answer never comes. */
    @Test
    void anUnknownOutcomeIsResolvedById() throws Exception {
        try (var wire = new Wire(server.port())) {
            var url = PostgresServer.url(wire.port());
            nodes.open("a", new PostgresLogDevice(PostgresServer.config(url, schema, 2)));
            await().until(() -> nodes.log("a").owns(0) && nodes.log("a").owns(1));
            for (var i = 1; i <= 5; i++) {
                wire.loseTheNextAnswerTo("WITH owned");
                var outcome =
                        nodes.log("a")
                                .append(
                                        Append.to(
                                                stream("a"),
                                                Expected.version(i - 1),
                                                List.of(event(i))),
                                        LONG);
                assertThat(outcome).isInstanceOf(Appended.class);
                assertThat(((Appended) outcome).isRepeated()).isTrue();
                assertThat(wire.lost()).isEqualTo(i);
            }
            assertThat(nodes.log("a").readStream(stream("a"), 1, 9)).hasSize(5);
        }
    }

    /** The append is passed on and made, and its answer never comes. */
    @Test
    void aLostAnswerOfAnotherNodeIsResolvedById() throws Exception {
        open("a");
        open("b");
        await().until(() -> nodes.owned("a") == 4 && nodes.owned("b") == 4);
        nodes.loseAnswers(5);
        Map<UUID, Event.Place> places = new HashMap<>();
        for (var i = 0; i < 20; i++) {
            var event = event(new UUID(9, i), "{}");
            var outcome =
                    nodes.log("a")
                            .append(
                                    Append.to(stream("s" + i), Expected.none(), List.of(event)),
                                    LONG);
            assertThat(outcome).isInstanceOf(Appended.class);
            places.put(event.id(), ((Appended) outcome).last());
        }
        assertThat(nodes.answersToLose()).isZero();
        for (var place : places.entrySet()) {
            assertThat(nodes.log("b").find(place.getKey())).isEqualTo(place.getValue());
        }
        assertThat(nodes.log("b").catchUp(LONG)).isTrue();
        assertThat(nodes.log("b").end().since(PositionVector.start(PARTITIONS))).isEqualTo(20);
    }

    /** Of which one was asked about before, and so is known, and the other is not. */
    @Test
    void aRepeatedAppendIsKnownThoughOnlyPartOfItIsRemembered() throws Exception {
        open("a");
        var first = List.of(event(1), event(2));
        var append = Append.to(stream("a"), Expected.none(), first);
        var appended = nodes.log("a").append(append, LONG);
        assertThat(appended).isInstanceOf(Appended.class);
        var places = ((Appended) appended).places();

        var other = Append.to(stream("a"), Expected.any(), List.of(event(2), event(3)));
        assertThat(nodes.log("a").append(other, LONG))
                .isEqualTo(new AppendOutcome.IdTaken(event(2).id(), places.get(1)));
        assertThat(nodes.log("a").append(append, LONG)).isEqualTo(new Appended(places, true));
    }

    @Test
    void oneIdInTwoPartitionsIsTakenOnce() throws Exception {
        open("a");
        open("b");
        await().until(() -> nodes.owned("a") == 4 && nodes.owned("b") == 4);
        for (var i = 0; i < 10; i++) {
            var event = event(new UUID(8, i), "{}");
            var first =
                    nodes.log("a")
                            .append(
                                    Append.to(stream("x" + i), Expected.any(), List.of(event)),
                                    LONG);
            var second =
                    nodes.log("b")
                            .append(
                                    Append.to(stream("y" + i), Expected.any(), List.of(event)),
                                    LONG);
            assertThat(first).isInstanceOf(Appended.class);
            assertThat(second)
                    .isEqualTo(new AppendOutcome.IdTaken(event.id(), ((Appended) first).last()));
        }
    }
}
