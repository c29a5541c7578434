package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.AppendOutcome.Conflict;
import dev.lumiere.eventlog.AppendOutcome.IdTaken;
import dev.lumiere.eventlog.AppendOutcome.Refused;
import dev.lumiere.eventlog.AppendOutcome.Unknown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One history of a log whose power goes again and again, held against a model of what it should be.
 * Everything in it comes of its seed.
 */
final class Simulation {
    private static final int PARTITIONS = 2;
    private static final int LIVES = 6;
    private static final int KEYS = 4;
    private static final List<String> CATEGORIES = List.of("account", "balance");

    private final Random random;
    private final SimulatedDisk disk = new SimulatedDisk();

    /** What is in the log for certain. */
    private final List<List<Event>> model = new ArrayList<>();

    /** Those of which nobody knows, in the order in which they were asked for. */
    private final List<Asked> unknown = new ArrayList<>();

    private final List<EventData> offered = new ArrayList<>();
    private int crashes;
    private long ids;

    private record Asked(
            int partition, List<StreamAppend> changes, CompletableFuture<AppendOutcome> outcome) {
        private List<EventData> events() {
            return changes.stream().flatMap(change -> change.events().stream()).toList();
        }
    }

    Simulation(long seed) {
        random = new Random(seed);
        for (var i = 0; i < PARTITIONS; i++) {
            model.add(new ArrayList<>());
        }
    }

    int crashes() {
        return crashes;
    }

    void run() throws IOException {
        for (var life = 0; life < LIVES; life++) {
            live();
            disk.crashAfter(Integer.MAX_VALUE);
            disk.restart(random);
        }
        check(new SimulatedLogDevice(disk, PARTITIONS));
    }

    /** From a start to the end of power. */
    private void live() throws IOException {
        var device = new SimulatedLogDevice(disk, PARTITIONS);
        check(device);
        var tail = new Tail(PARTITIONS);
        var sequencer = new Sequencer(device, device.claim(), tail, Runnable::run, () -> {});
        disk.crashAfter(random.nextInt(60));
        var waiting = new ArrayList<Asked>();
        try {
            for (var step = 0; step < 30; step++) {
                if (random.nextInt(20) == 0) {
                    disk.failNextSync();
                }
                for (var i = random.nextInt(5); i > 0; i--) {
                    waiting.add(ask(sequencer));
                }
                sequencer.decide();
                device.whileWriting(() -> decideMore(sequencer, waiting));
                sequencer.write();
                device.whileWriting(() -> {});
                sequencer.write(); // what was decided meanwhile
                waiting.forEach(this::hear);
                waiting.clear();
                for (var partition = 0; partition < PARTITIONS; partition++) {
                    assertThat(tail.of(partition)).isEqualTo(model.get(partition).size());
                }
                if (sequencer.closedBecause() != null) {
                    crashes++;
                    refusesAll(sequencer);
                    return;
                }
            }
        } catch (SimulatedDisk.Crash _) {
            crashes++;
            unknown.addAll(waiting); // their callers died with it
        }
    }

    /** On what is being written at that moment. */
    private void decideMore(Sequencer sequencer, List<Asked> waiting) {
        for (var i = random.nextInt(3); i > 0; i--) {
            waiting.add(ask(sequencer));
        }
        sequencer.decide();
    }

    private void refusesAll(Sequencer sequencer) {
        var asked = ask(sequencer);
        assertThat(asked.outcome.join()).isInstanceOf(Refused.class);
    }

    private Asked ask(Sequencer sequencer) {
        var key = "k" + random.nextInt(KEYS);
        var partition = EventLog.partition(new StreamId("account", key), PARTITIONS);
        var changes = new ArrayList<StreamAppend>();
        for (var category : CATEGORIES) {
            if (changes.isEmpty() || random.nextInt(3) == 0) {
                var stream = new StreamId(category, key);
                var events = new ArrayList<>(events());
                changes.forEach(change -> events.removeAll(change.events()));
                changes.add(new StreamAppend(stream, expected(partition, stream), events));
            }
        }
        return new Asked(partition, changes, sequencer.submit(partition, new Append(changes)));
    }

    private Expected expected(int partition, StreamId stream) {
        return switch (random.nextInt(4)) {
            case 0 -> Expected.any();
            case 1 -> Expected.version(random.nextInt(5));
            default -> Expected.version(version(partition, stream));
        };
    }

    private List<EventData> events() {
        if (!offered.isEmpty() && random.nextInt(5) == 0) {
            return List.of(offered.get(random.nextInt(offered.size()))); // perhaps in the log
        }
        var events = new ArrayList<EventData>();
        for (var i = random.nextInt(4); i > 0; i--) {
            var payload = "x".repeat(random.nextInt(200));
            events.add(Samples.event(new UUID(1, ids++), payload));
        }
        offered.addAll(events);
        return events;
    }

    private long version(int partition, StreamId stream) {
        return model.get(partition).stream().filter(e -> e.stream().equals(stream)).count();
    }

    private Map<UUID, Event.Place> places() {
        var places = new HashMap<UUID, Event.Place>();
        model.forEach(
                events -> events.forEach(event -> places.put(event.data().id(), event.place())));
        return places;
    }

    /** Holds an answer against the model, and brings the model up to it. */
    private void hear(Asked asked) {
        assertThat(asked.outcome).isDone();
        var known = places();
        switch (asked.outcome.join()) {
            case Appended(var places, var repeated) when repeated -> {
                assertThat(places)
                        .isEqualTo(
                                asked.events().stream()
                                        .map(event -> known.get(event.id()))
                                        .toList());
            }
            case Appended(var places, _) -> {
                for (var change : asked.changes) {
                    assertThat(change.expected().admits(version(asked.partition, change.stream())))
                            .isTrue();
                }
                assertThat(asked.events()).noneMatch(event -> known.containsKey(event.id()));
                add(asked);
                var events = model.get(asked.partition);
                assertThat(places)
                        .isEqualTo(
                                events
                                        .subList(events.size() - places.size(), events.size())
                                        .stream()
                                        .map(Event::place)
                                        .toList());
            }
            case Conflict(var stream, var expected, var actual) -> {
                assertThat(actual).isEqualTo(version(asked.partition, stream));
                assertThat(expected.admits(actual)).isFalse();
            }
            case IdTaken(var id, var at) -> assertThat(known.get(id)).isEqualTo(at);
            case Unknown _ -> unknown.add(asked);
            case Refused _ -> {}
        }
    }

    private void add(Asked asked) {
        var events = model.get(asked.partition);
        for (var change : asked.changes) {
            for (var data : change.events()) {
                var version = version(asked.partition, change.stream()) + 1;
                events.add(
                        new Event(
                                asked.partition,
                                events.size() + 1,
                                change.stream(),
                                version,
                                data));
            }
        }
    }

    /** Whether all of it was appended, one event after the other. */
    private static boolean isThere(SimulatedLogDevice device, Asked asked) {
        var next = position(device, asked);
        for (var change : asked.changes) {
            for (var data : change.events()) {
                var place = device.find(data.id());
                if (place == null || place.position() != next) {
                    return false;
                }
                var event = device.read(place.partition(), next, new LogDevice.Bound(1, 0));
                if (!event.getFirst().stream().equals(change.stream())) {
                    return false;
                }
                next++;
            }
        }
        return !asked.events().isEmpty();
    }

    /** Of the first of its events; 0 if it is not there. */
    private static long position(SimulatedLogDevice device, Asked asked) {
        if (asked.events().isEmpty()) {
            return 0;
        }
        var place = device.find(asked.events().getFirst().id());
        return place == null ? 0 : place.position();
    }

    /** What is found after a restart: all that is certain, and of the rest all or nothing. */
    private void check(SimulatedLogDevice device) throws IOException {
        unknown.stream()
                .filter(asked -> isThere(device, asked))
                .sorted(
                        Comparator.<Asked>comparingLong(asked -> position(device, asked))
                                .thenComparingInt(asked -> -asked.events().size()))
                .forEach(asked -> {
                    if (position(device, asked) > model.get(asked.partition).size()) {
                        add(asked);
                    }
                });
        unknown.clear();
        var seen = new HashSet<UUID>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var read = device.read(partition, 1, new LogDevice.Bound(100_000, Long.MAX_VALUE));
            assertThat(read).isEqualTo(model.get(partition));
            assertThat(read).allMatch(event -> seen.add(event.data().id()));
        }
        for (var category : CATEGORIES) {
            for (var key = 0; key < KEYS; key++) {
                var stream = new StreamId(category, "k" + key);
                var partition = EventLog.partition(stream, PARTITIONS);
                var bound = new LogDevice.Bound(100_000, Long.MAX_VALUE);
                assertThat(device.readStream(stream, 1, bound))
                        .isEqualTo(
                                model.get(partition).stream()
                                        .filter(event -> event.stream().equals(stream))
                                        .toList());
            }
        }
    }
}
