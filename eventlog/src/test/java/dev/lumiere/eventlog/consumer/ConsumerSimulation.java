package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Members of one name that come, go, pause and die, with clocks that begin anywhere and go at
 * different speeds. Everything in it comes of its seed.
 */
final class ConsumerSimulation {
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final String NOT_TODAY = "not today";
    private static final int MAX_MEMBERS = 5;
    private static final int ROUNDS = 120;
    private static final int STREAMS = 20;

    private final EventLog log;
    private final Random random;
    private boolean fails;
    private final List<Member> members = new ArrayList<>();
    private final Set<Event.Place> handled = new HashSet<>();
    private final Map<Integer, Long> written = new HashMap<>();
    private double now;
    private int joined;
    private int events;
    private int repeated;
    private boolean isSlow;

    private final class Member {
        private final String name = "m" + joined++;
        private final double speed = 0.8 + random.nextDouble() * 0.45;
        private final long origin = random.nextLong();
        private final Consumer consumer =
                new Consumer(log, "work", name, settings(), event -> handle(this, event));
        private int pausedFor;

        private Settings settings() {
            return new Settings(
                    LEASE,
                    1 + random.nextInt(10),
                    Duration.ofSeconds(1 + random.nextInt(3)),
                    1 + random.nextInt(5),
                    Settings.Start.FIRST,
                    () -> origin + (long) (now * speed),
                    InstantSource.system());
        }
    }

    ConsumerSimulation(EventLog log, long seed, boolean fails) {
        this.log = log;
        this.fails = fails;
        random = new Random(seed);
    }

    int repeated() {
        return repeated;
    }

    void run() throws Exception {
        members.add(new Member());
        for (var round = 0; round < ROUNDS; round++) {
            pass(LEASE.dividedBy(12), random.nextDouble());
            append(random.nextInt(4));
            change();
            for (var member : List.copyOf(members)) {
                if (member.pausedFor > 0) {
                    member.pausedFor--;
                } else {
                    step(member);
                }
            }
        }
        settle();
        for (var member : members) {
            member.consumer.close();
        }
        check();
    }

    private void pass(Duration time, double times) {
        now += time.toNanos() * times;
    }

    private void append(int count) throws InterruptedException {
        for (var i = 0; i < count; i++) {
            append("s" + random.nextInt(STREAMS));
        }
    }

    private void append(String key) throws InterruptedException {
        events++;
        log.append(Append.to(stream(key), Expected.any(), List.of(event(events))), LONG);
    }

    private void change() {
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                if (members.size() < MAX_MEMBERS) {
                    members.add(new Member());
                }
            }
            case 2 -> {
                if (members.size() > 1) {
                    members.remove(random.nextInt(members.size())).consumer.close();
                }
            }
            case 3, 4 -> {
                if (fails) {
                    any().pausedFor = 1 + random.nextInt(40);
                }
            }
            case 5 -> {
                if (fails && members.size() > 1) {
                    members.remove(any()); // dead
                }
            }
            default -> {}
        }
    }

    private Member any() {
        return members.get(random.nextInt(members.size()));
    }

    private void step(Member member) throws InterruptedException, IOException {
        member.consumer.step();
        member.consumer
                .partitions()
                .forEach((partition, status) -> {
                    if (status.stop() != null) {
                        assertThat(status.stop().reason()).isEqualTo(NOT_TODAY);
                        member.consumer.resume(partition);
                    }
                });
        check();
    }

    private void handle(Member member, Event event) throws Exception {
        assertThat(event.stream().category()).isEqualTo("count");
        var last = last(event.partition());
        assertThat(last.member()).as("who has it at %s", event.place()).isEqualTo(member.name);
        assertThat(last.position()).isLessThan(event.position());
        if (event.position() > 1) {
            var before = log.read(event.partition(), 1, (int) (event.position() - 1));
            assertThat(before)
                    .filteredOn(each -> each.stream().category().equals("count"))
                    .allMatch(each -> handled.contains(each.place()));
        }
        if (fails && random.nextInt(40) == 0) {
            throw new IllegalStateException(NOT_TODAY);
        }
        if (!handled.add(event.place())) {
            repeated++;
        }
        if (fails && !isSlow && random.nextInt(60) == 0) {
            isSlow = true; // so that others think it dead
            for (var round = 0; round < 20; round++) {
                pass(LEASE.dividedBy(12), 1.5);
                for (var other : members) {
                    if (other != member && other.pausedFor == 0) {
                        step(other);
                    }
                }
            }
            isSlow = false;
        }
    }

    private Checkpoint last(int partition) throws IOException {
        var stream = new StreamId("checkpoint", "work/" + partition);
        var last = log.readStreamBackwards(stream, Long.MAX_VALUE, 1);
        return last.isEmpty() ? Checkpoint.NONE : Checkpoint.of(last.getFirst());
    }

    /** What is written as handled was handled, and is not taken back. */
    private void check() throws IOException {
        for (var partition = 0; partition < log.partitions(); partition++) {
            var position = last(partition).position();
            assertThat(position).isGreaterThanOrEqualTo(written.getOrDefault(partition, 0L));
            written.put(partition, position);
            for (var event : log.read(partition, 1, 4096)) {
                if (event.position() <= position && event.stream().category().equals("count")) {
                    assertThat(handled).contains(event.place());
                }
            }
        }
    }

    /** Nobody fails any more, and there is something for all: all is done and shared. */
    private void settle() throws Exception {
        fails = false;
        for (var i = 0; i < STREAMS; i++) {
            append("s" + i);
        }
        for (var round = 0; round < 60 || (round < 300 && handled.size() < events); round++) {
            pass(LEASE.dividedBy(12), 1);
            for (var member : members) {
                step(member);
            }
        }
        assertThat(handled).hasSize(events);
        var shares =
                members.stream()
                        .mapToInt(member -> member.consumer.partitions().size())
                        .summaryStatistics();
        assertThat(shares.getSum()).isEqualTo(log.partitions());
        assertThat(shares.getMax() - shares.getMin()).isLessThanOrEqualTo(1);
    }
}
