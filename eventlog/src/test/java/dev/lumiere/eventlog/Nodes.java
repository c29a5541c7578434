package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Several logs of one process on what they share, that pass appends on to each other. */
public final class Nodes implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int STREAMS = 12;

    private final Map<String, EventLog> logs = new ConcurrentHashMap<>();
    private final Map<UUID, Event.Place> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger forwarded = new AtomicInteger();
    private final AtomicInteger toLose = new AtomicInteger();

    /** Something that happens to them. */
    public interface Happening {
        void happen() throws Exception;
    }

    public void open(String name, LogDevice device) throws IOException {
        logs.put(name, EventLog.open(device, name, this::passOn));
    }

    private AppendOutcome passOn(String address, Append append, java.time.Duration atMost)
            throws IOException, InterruptedException {
        var log = logs.get(address);
        if (log == null) {
            throw new IOException("nobody answers at " + address);
        }
        var outcome = log.appendHere(append, atMost);
        forwarded.incrementAndGet();
        if (toLose.get() > 0) {
            toLose.decrementAndGet();
            throw new IOException("the connection broke");
        }
        return outcome;
    }

    public EventLog log(String name) {
        var log = logs.get(name);
        if (log == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return log;
    }

    /** How many partitions it has. */
    public long owned(String name) {
        var log = log(name);
        return IntStream.range(0, log.partitions()).filter(log::owns).count();
    }

    public void close(String name) throws IOException {
        var log = logs.remove(name);
        if (log != null) {
            log.close();
        }
    }

    /** How many appends were passed on and answered. */
    public int forwarded() {
        return forwarded.get();
    }

    /** The answers to the next ones that are passed on do not arrive. */
    public void loseAnswers(int count) {
        toLose.set(count);
    }

    public int answersToLose() {
        return toLose.get();
    }

    /** Many append through all nodes while something happens to them. */
    public void appendEverywhere(int each, Happening meanwhile) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = new ArrayList<Future<?>>();
            for (var writer = 0; writer < WRITERS; writer++) {
                var mine = writer;
                writing.add(
                        threads.submit(() -> {
                            for (var i = 0; i < each; i++) {
                                append(new UUID(mine + 1, i));
                            }
                            return true;
                        }));
            }
            meanwhile.happen();
            for (var each1 : writing) {
                each1.get();
            }
        }
    }

    /** Until it is known to be appended, and can be read where it was asked for. */
    private void append(UUID id) throws Exception {
        var stream = stream("s" + Math.floorMod(id.hashCode(), STREAMS));
        var append = Append.to(stream, Expected.any(), List.of(event(id, "{}")));
        while (true) {
            var log = any();
            var outcome = log.append(append, LONG);
            if (outcome instanceof AppendOutcome.Appended appended) {
                acknowledged.put(id, appended.last());
                if (!log.isClosed()) {
                    assertThat(log.end().includes(appended.last())).isTrue();
                }
                return;
            }
            assertThat(outcome)
                    .isInstanceOfAny(AppendOutcome.Unknown.class, AppendOutcome.Refused.class);
        }
    }

    private EventLog any() {
        var all = List.copyOf(logs.values());
        return all.get(ThreadLocalRandom.current().nextInt(all.size()));
    }

    /**
     * Whether all nodes have the same, everything acknowledged once and nothing else, and positions
     * and versions have no gap.
     */
    public void check() throws Exception {
        List<Event> first = List.of();
        for (var log : logs.values()) {
            assertThat(log.catchUp(LONG)).isTrue();
            var all = new ArrayList<Event>();
            var versions = new HashMap<StreamId, Long>();
            for (var partition = 0; partition < log.partitions(); partition++) {
                var events = log.read(partition, 1, 4096);
                assertThat(events)
                        .extracting(Event::position)
                        .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
                for (var event : events) {
                    assertThat(event.version())
                            .isEqualTo(versions.merge(event.stream(), 1L, Long::sum));
                }
                all.addAll(events);
            }
            var places = new HashMap<UUID, Event.Place>();
            all.forEach(event -> assertThat(places.put(event.data().id(), event.place())).isNull());
            assertThat(places).isEqualTo(acknowledged);
            if (!first.isEmpty()) {
                assertThat(all).isEqualTo(first);
            }
            first = all;
        }
        assertThat(first).isNotEmpty();
    }

    @Override
    public void close() throws IOException {
        for (var name : List.copyOf(logs.keySet())) {
            close(name);
        }
    }
}
