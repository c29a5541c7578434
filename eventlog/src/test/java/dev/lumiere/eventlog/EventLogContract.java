package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.data;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.events;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.AppendOutcome.Conflict;
import dev.lumiere.eventlog.AppendOutcome.IdTaken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a log does on every device. */
@Timeout(120)
public abstract class EventLogContract {
    protected static final int PARTITIONS = 4;

    protected EventLog log;

    /** The device, as it is after whatever was written to it before. */
    public abstract LogDevice device() throws IOException;

    /** Appends one after the other; fewer where each has far to go. */
    protected int many() {
        return 3000;
    }

    @BeforeEach
    public void open() throws IOException {
        log = EventLog.open(device());
    }

    @AfterEach
    public void close() throws IOException {
        log.close();
    }

    private void reopen() throws IOException {
        close();
        open();
    }

    private AppendOutcome append(StreamId stream, Expected expected, List<EventData> events)
            throws InterruptedException {
        return log.append(Append.to(stream, expected, events), LONG);
    }

    private List<Event.Place> appended(StreamId stream, Expected expected, List<EventData> events)
            throws InterruptedException {
        var outcome = append(stream, expected, events);
        assertThat(outcome).isInstanceOf(Appended.class);
        return ((Appended) outcome).places();
    }

    @Test
    void whatIsAppendedIsReadAsItWas() throws Exception {
        var stream = new StreamId("account", "Ünï·côde 42/7-x");
        var context =
                new EventData.Context(
                        new UUID(7, 8),
                        new UUID(9, 10),
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        var binary = new byte[256];
        for (var i = 0; i < binary.length; i++) {
            binary[i] = (byte) i;
        }
        var events =
                List.of(
                        new EventData(
                                new UUID(1, 2),
                                "OwnerChanged",
                                3,
                                Instant.parse("2026-11-27T12:34:56.789012345Z"),
                                context,
                                Payload.of("{\"owner\":\"Ada\"}")),
                        new EventData(
                                new UUID(-1, -2),
                                "X",
                                1,
                                Instant.parse("-0044-03-15T12:00:00Z"),
                                EventData.Context.NONE,
                                Payload.copyOf(binary)),
                        new EventData(
                                new UUID(0, 0),
                                "Empty",
                                Integer.MAX_VALUE,
                                Instant.EPOCH,
                                new EventData.Context(null, new UUID(3, 3), null),
                                Payload.of("")));
        var places = appended(stream, Expected.none(), events);

        for (var i = 0; i < 2; i++) {
            var read = log.readStream(stream, 1, 10);
            assertThat(data(read)).isEqualTo(events);
            assertThat(read).extracting(Event::place).isEqualTo(places);
            assertThat(read).extracting(Event::version).containsExactly(1L, 2L, 3L);
            assertThat(read).extracting(Event::stream).containsOnly(stream);
            assertThat(read.getFirst().data().time())
                    .isEqualTo(Instant.parse("2026-11-27T12:34:56.789012Z"));
            reopen();
        }
    }

    @Test
    void positionsOfAPartitionAndVersionsOfAStreamHaveNoGap() throws Exception {
        for (var i = 0; i < 100; i++) {
            appended(stream("s" + i % 10), Expected.any(), List.of(event(i)));
        }
        reopen();
        for (var i = 100; i < 200; i++) {
            appended(stream("s" + i % 10), Expected.any(), List.of(event(i)));
        }

        var all = 0;
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var events = log.read(partition, 1, 1000);
            assertThat(events)
                    .extracting(Event::position)
                    .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
            assertThat(log.end().of(partition)).isEqualTo(events.size());
            all += events.size();
        }
        assertThat(all).isEqualTo(200);
        for (var i = 0; i < 10; i++) {
            assertThat(log.readStream(stream("s" + i), 1, 100))
                    .extracting(Event::version)
                    .isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
            assertThat(log.version(stream("s" + i))).isEqualTo(20);
        }
    }

    @Test
    void nothingIsAppendedToAStreamThatIsNotAsExpected() throws Exception {
        var stream = stream("a");
        assertThat(append(stream, Expected.version(1), events(1, 1)))
                .isEqualTo(new Conflict(stream, Expected.version(1), 0));
        appended(stream, Expected.none(), events(1, 2));

        assertThat(append(stream, Expected.none(), events(3, 3)))
                .isEqualTo(new Conflict(stream, Expected.none(), 2));
        assertThat(append(stream, Expected.version(1), events(3, 3)))
                .isEqualTo(new Conflict(stream, Expected.version(1), 2));
        assertThat(append(stream, Expected.version(3), events(3, 3)))
                .isEqualTo(new Conflict(stream, Expected.version(3), 2));
        appended(stream, Expected.version(2), events(3, 3));
        appended(stream, Expected.any(), events(4, 4));
        reopen();
        assertThat(append(stream, Expected.version(3), events(5, 5)))
                .isEqualTo(new Conflict(stream, Expected.version(3), 4));

        assertThat(data(log.readStream(stream, 1, 10))).isEqualTo(events(1, 4));
    }

    @Test
    void aRepeatedAppendGivesTheFirstPlaces() throws Exception {
        var stream = stream("a");
        var places = appended(stream, Expected.none(), events(1, 3));
        appended(stream, Expected.any(), events(4, 4));

        for (var i = 0; i < 2; i++) {
            assertThat(append(stream, Expected.none(), events(1, 3)))
                    .isEqualTo(new Appended(places, true));
            assertThat(append(stream, Expected.any(), events(2, 2)))
                    .isEqualTo(new Appended(places.subList(1, 2), true));
            assertThat(log.find(event(3).id())).isEqualTo(places.get(2));
            assertThat(log.find(event(9).id())).isNull();
            reopen();
        }
        assertThat(data(log.readStream(stream, 1, 10))).isEqualTo(events(1, 4));
    }

    @Test
    void anIdIsUsedOnce() throws Exception {
        var stream = stream("a");
        var places = appended(stream, Expected.none(), events(1, 2));

        assertThat(append(stream("b"), Expected.any(), events(2, 2)))
                .isEqualTo(new IdTaken(event(2).id(), places.get(1)));
        assertThat(append(stream, Expected.any(), events(2, 3)))
                .isEqualTo(new IdTaken(event(2).id(), places.get(1)));
        assertThat(append(stream, Expected.any(), events(1, 2).reversed()))
                .isEqualTo(new IdTaken(event(2).id(), places.get(1)));
        assertThat(data(log.readStream(stream, 1, 10))).isEqualTo(events(1, 2));
        assertThat(log.readStream(stream("b"), 1, 10)).isEmpty();
    }

    @Test
    void anEmptyAppendChangesNothing() throws Exception {
        var stream = stream("a");
        assertThat(append(stream, Expected.any(), List.of()))
                .isEqualTo(new Appended(List.of(), false));
        appended(stream, Expected.none(), events(1, 1));
        assertThat(append(stream, Expected.version(1), List.of()))
                .isEqualTo(new Appended(List.of(), false));
        assertThat(append(stream, Expected.none(), List.of()))
                .isEqualTo(new Conflict(stream, Expected.none(), 1));

        appended(stream, Expected.version(1), events(2, 2));
        assertThat(log.version(stream)).isEqualTo(2);
    }

    @Test
    void streamsOfOneKeyChangeTogetherOrNotAtAll() throws Exception {
        var account = new StreamId("account", "42");
        var balance = new StreamId("balance", "42");
        var watched = new StreamId("watched", "42");
        appended(watched, Expected.none(), events(1, 1));

        var outcome =
                log.append(
                        new Append(
                                List.of(
                                        new StreamAppend(account, Expected.none(), events(2, 3)),
                                        new StreamAppend(balance, Expected.none(), event(4)),
                                        new StreamAppend(watched, Expected.version(1)))),
                        LONG);
        assertThat(outcome).isInstanceOf(Appended.class);
        var places = ((Appended) outcome).places();
        assertThat(places).extracting(Event.Place::position).containsExactly(2L, 3L, 4L);
        assertThat(places).extracting(Event.Place::partition).containsOnly(log.partition(account));

        assertThat(
                        log.append(
                                new Append(
                                        List.of(
                                                new StreamAppend(
                                                        account, Expected.version(2), event(5)),
                                                new StreamAppend(watched, Expected.version(2)))),
                                LONG))
                .isEqualTo(new Conflict(watched, Expected.version(2), 1));
        assertThat(data(log.readStream(account, 1, 9))).isEqualTo(events(2, 3));
        assertThat(data(log.readStream(balance, 1, 9))).isEqualTo(events(4, 4));
    }

    @Test
    void whatCannotBeOneAppendIsRefused() {
        var twice =
                List.of(
                        new StreamAppend(stream("a"), Expected.any(), event(1)),
                        new StreamAppend(stream("a"), Expected.any(), event(2)));
        var apart =
                List.of(
                        new StreamAppend(stream("a"), Expected.any(), event(1)),
                        new StreamAppend(stream("b"), Expected.any(), event(2)));
        var same = List.of(new StreamAppend(stream("a"), Expected.any(), event(1), event(1)));
        var many = List.of(new StreamAppend(stream("a"), Expected.any(), events(1, 5000)));
        for (var changes : List.of(twice, apart, same, many, List.<StreamAppend>of())) {
            assertThatThrownBy(() -> new Append(changes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aStreamIsReadFromAnyVersionBothWays() throws Exception {
        var stream = stream("a");
        appended(stream, Expected.none(), events(1, 10));
        appended(stream("a0"), Expected.none(), events(11, 12));
        appended(new StreamId("counta", "a"), Expected.none(), events(13, 13));

        assertThat(data(log.readStream(stream, 4, 3))).isEqualTo(events(4, 6));
        assertThat(data(log.readStream(stream, 9, 3))).isEqualTo(events(9, 10));
        assertThat(log.readStream(stream, 11, 3)).isEmpty();
        assertThat(data(log.readStreamBackwards(stream, 4, 3))).isEqualTo(events(2, 4).reversed());
        assertThat(data(log.readStreamBackwards(stream, 2, 3))).isEqualTo(events(1, 2).reversed());
        assertThat(data(log.readStreamBackwards(stream, Long.MAX_VALUE, 100)))
                .isEqualTo(events(1, 10).reversed());
        assertThat(log.readStream(stream("none"), 1, 3)).isEmpty();
        assertThat(log.readStreamBackwards(stream("none"), Long.MAX_VALUE, 3)).isEmpty();
    }

    @Test
    void largeEventsAreReadAFewAtATime() throws Exception {
        var stream = stream("a");
        var payload = "x".repeat(Payload.MAX_BYTES);
        for (var i = 1; i <= 12; i++) {
            appended(stream, Expected.any(), List.of(event(new UUID(0, i), payload)));
        }
        var read = log.readStream(stream, 1, 12);
        assertThat(read).hasSizeBetween(1, 11);
        assertThat(log.read(log.partition(stream), 1, 12)).isEqualTo(read);
        assertThat(log.readStream(stream, read.size() + 1, 12).getFirst().version())
                .isEqualTo(read.size() + 1);
    }

    @Test
    void aSubscriptionGivesWhatWasAndWhatComesWithoutAGap() throws Exception {
        for (var i = 1; i <= 3000; i++) {
            if (i % 1000 == 0) {
                appended(stream("s" + i), Expected.none(), events(i - 999, i));
            }
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing =
                    threads.submit(() -> {
                        for (var i = 3001; i <= 3000 + many(); i++) {
                            appended(stream("t" + i % 7), Expected.any(), List.of(event(i)));
                        }
                        return true;
                    });
            var subscription = log.subscribe(PositionVector.start(PARTITIONS));
            var seen = new HashMap<Integer, List<Long>>();
            var ids = new ArrayList<UUID>();
            while (ids.size() < 3000 + many()) {
                var events = subscription.next(LONG);
                assertThat(events).isNotEmpty();
                for (var event : events) {
                    seen.computeIfAbsent(event.partition(), _ -> new ArrayList<>())
                            .add(event.position());
                    ids.add(event.data().id());
                }
            }
            assertThat(writing.get()).isTrue();
            assertThat(ids).doesNotHaveDuplicates();
            seen.forEach((partition, positions) ->
                    assertThat(positions)
                            .isEqualTo(
                                    LongStream.rangeClosed(1, log.end().of(partition))
                                            .boxed()
                                            .toList()));
            assertThat(subscription.position()).isEqualTo(log.end());
            assertThat(subscription.lag()).isZero();
            assertThat(subscription.next(Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void aSubscriptionGoesOnWhereAnotherStopped() throws Exception {
        appended(stream("a"), Expected.none(), events(1, 10));
        var first = log.subscribe(PositionVector.start(PARTITIONS));
        assertThat(first.lag()).isEqualTo(10);
        assertThat(first.next(LONG)).hasSize(10);
        var stopped = PositionVector.parse(first.position().toString());
        reopen();
        appended(stream("a"), Expected.version(10), events(11, 12));

        assertThat(data(log.subscribe(stopped).next(LONG))).isEqualTo(events(11, 12));
        assertThatThrownBy(() -> log.subscribe(log.end().with(0, 99)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.subscribe(PositionVector.start(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noPartitionKeepsAnotherWaiting() throws Exception {
        var one = stream("a");
        var other =
                IntStream.range(0, 100)
                        .mapToObj(i -> stream("b" + i))
                        .filter(s -> log.partition(s) != log.partition(one))
                        .findFirst()
                        .orElseThrow();
        for (var i = 0; i < 10; i++) {
            appended(one, Expected.any(), events(1000 * i, 1000 * i + 999));
        }
        appended(other, Expected.none(), List.of(event(-1)));

        var subscription = log.subscribe(PositionVector.start(PARTITIONS));
        var first = subscription.next(LONG).getFirst().partition();
        assertThat(subscription.next(LONG).getFirst().partition()).isNotEqualTo(first);
    }

    /** Of many who have seen the same, one is first; all others hear what it made of it. */
    @Test
    void ofManyWritersOneWinsEachVersion() throws Exception {
        var stream = stream("a");
        var won = new ConcurrentHashMap<Long, UUID>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<?>>();
            for (var writer = 0; writer < 16; writer++) {
                var mine = writer;
                writers.add(
                        threads.submit(() -> {
                            var seen = 0L;
                            for (var i = 0; i < 50; i++) {
                                var event = event(new UUID(mine + 1, i), "{}");
                                var outcome =
                                        append(stream, Expected.version(seen), List.of(event));
                                switch (outcome) {
                                    case Appended _ -> {
                                        seen++;
                                        assertThat(won.put(seen, event.id())).isNull();
                                    }
                                    case Conflict(_, _, var actual) -> {
                                        assertThat(actual).isGreaterThan(seen);
                                        seen = actual;
                                    }
                                    default -> throw new AssertionError(outcome);
                                }
                            }
                            return true;
                        }));
            }
            for (var writer : writers) {
                writer.get();
            }
        }
        var events = log.readStream(stream, 1, 4096);
        assertThat(events).hasSize(won.size());
        events.forEach(e -> assertThat(won.get(e.version())).isEqualTo(e.data().id()));
    }

    @Test
    void whatManyDoAtOnceIsLinearizable() throws Exception {
        var streams = List.of(stream("a"), stream("b"), stream("c"));
        var histories = List.of(new History(), new History(), new History());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calling = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < 12; i++) {
                var caller = i;
                calling.add(
                        threads.submit(() -> {
                            var stream = streams.get(caller % 3);
                            var history = histories.get(caller % 3);
                            for (var number = 0; number < 60; number++) {
                                if (caller < 9) {
                                    appendInto(history, stream, new UUID(caller + 1, number));
                                } else {
                                    readInto(history, stream);
                                }
                            }
                            return true;
                        }));
            }
            for (var each : calling) {
                assertThat(get(each)).isTrue();
            }
        }
        for (var i = 0; i < 3; i++) {
            assertThat(histories.get(i).size()).isGreaterThan(200);
            histories
                    .get(i)
                    .check(
                            data(log.readStream(streams.get(i), 1, 4096)).stream()
                                    .map(EventData::id)
                                    .toList());
        }
    }

    /** With the version it last saw there, until it is the right one. */
    private void appendInto(History history, StreamId stream, UUID id) throws Exception {
        for (var expected = log.version(stream); ; ) {
            var began = System.nanoTime();
            var outcome = append(stream, Expected.version(expected), List.of(event(id, "{}")));
            var ended = System.nanoTime();
            switch (outcome) {
                case Appended _ -> {
                    history.appended(began, ended, expected + 1, id);
                    return;
                }
                case Conflict(_, _, var actual) -> {
                    history.seen(began, ended, actual);
                    expected = actual;
                }
                default -> throw new AssertionError(outcome);
            }
        }
    }

    private void readInto(History history, StreamId stream) throws IOException {
        var began = System.nanoTime();
        var last = log.readStreamBackwards(stream, Long.MAX_VALUE, 1);
        var ended = System.nanoTime();
        history.seen(began, ended, last.isEmpty() ? 0 : last.getFirst().version());
        began = System.nanoTime();
        var version = log.version(stream);
        history.seen(began, System.nanoTime(), version);
    }

    /** A reader who begins after an append was acknowledged sees it. */
    @Test
    void whatIsAcknowledgedIsSeenByEveryLaterRead() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<Boolean>>();
            for (var writer = 0; writer < 8; writer++) {
                var mine = stream("w" + writer);
                var number = writer;
                writers.add(
                        threads.submit(() -> {
                            for (var i = 0; i < 100; i++) {
                                var event = event(new UUID(number + 1, i), "{}");
                                var place = appended(mine, Expected.version(i), List.of(event));
                                assertThat(log.version(mine)).isEqualTo(i + 1);
                                assertThat(log.find(event.id())).isEqualTo(place.getFirst());
                                assertThat(log.end().includes(place.getFirst())).isTrue();
                                assertThat(data(log.readStream(mine, i + 1, 1)))
                                        .containsExactly(event);
                            }
                            return true;
                        }));
            }
            for (var writer : writers) {
                assertThat(get(writer)).isTrue();
            }
        }
    }

    private static boolean get(Future<Boolean> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void aClosedLogRefuses() throws Exception {
        appended(stream("a"), Expected.none(), events(1, 1));
        var subscription = log.subscribe(log.end());
        log.close();
        assertThat(subscription.next(LONG)).isEmpty();
        assertThat(append(stream("a"), Expected.any(), events(2, 2)))
                .isEqualTo(new AppendOutcome.Refused("the log is closed"));
        assertThat(log.closedBecause()).isEqualTo("the log is closed");
        log.close();

        open();
        assertThat(data(log.readStream(stream("a"), 1, 9))).isEqualTo(events(1, 1));
    }

    @Test
    void keysAreSpreadOverAllPartitions() {
        var partitions = new ArrayList<Integer>();
        for (var i = 0; i < 400; i++) {
            partitions.add(log.partition(stream("key" + i)));
        }
        for (var partition = 0; partition < PARTITIONS; partition++) {
            assertThat(Collections.frequency(partitions, partition)).isBetween(60, 140);
        }
        assertThat(log.partition(new StreamId("other", "key1")))
                .isEqualTo(log.partition(stream("key1")));
    }

    @Test
    void streamsAreListedByTheBeginningOfTheirNames() throws Exception {
        var number = 0;
        for (var name : List.of("account-1", "account-22", "account-3", "accounts-1", "limit-1")) {
            number++;
            appended(StreamId.parse(name), Expected.none(), events(number, number));
        }
        appended(StreamId.parse("account-22"), Expected.any(), events(7, 9));

        assertThat(streams("")).hasSize(5).doesNotHaveDuplicates();
        assertThat(streams("acc")).hasSize(4);
        assertThat(streams("account-"))
                .containsExactlyInAnyOrder("account-1 1", "account-22 4", "account-3 1");
        assertThat(streams("account-2")).containsExactly("account-22 4");
        assertThat(streams("nothing")).isEmpty();
    }

    /** With their versions, page by page. */
    private List<String> streams(String prefix) throws IOException {
        var all = new ArrayList<String>();
        StreamId after = null;
        while (true) {
            var page = log.streams(prefix, after, 2);
            page.forEach(head -> all.add(head.stream() + " " + head.version()));
            if (page.isEmpty()) {
                return all;
            }
            after = page.getLast().stream();
        }
    }
}
