package dev.lumiere.bench.log;

import dev.lumiere.bench.Footprint;
import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** The log on RocksDB by itself: how fast it is read, seen and opened, and what it takes. */
final class LogAlone {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int PARTITIONS = 16;
    private static final int STREAM_EVENTS = 10;
    private static final int PAYLOAD_BYTES = 256;
    private static final int FILLING = 64;
    private static final int CHUNK = 4096;
    private static final int KEYS = 20_000;
    private static final int REPLAYED = 1_000_000;
    private static final int LATENCIES = 2000;

    private LogAlone() {}

    static String measured(Path scratch, int events) throws Exception {
        var folder = scratch.resolve("alone");
        var text =
                new StringBuilder(
                        "### The log alone, on RocksDB\n\n| what | figure |\n|---|---|\n");
        var before = Footprint.residentMegabytes();
        try (var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS))) {
            var began = System.nanoTime();
            fill(log, events);
            row(
                    text,
                    "bulk load, 64 writers, 10 events an append, events/s",
                    events / since(began));
            row(
                    text,
                    "resident memory after it, MB more than before",
                    Footprint.residentMegabytes() - before);
        }
        row(text, "on the disk, bytes an event", Footprint.bytes(folder) / (double) events);
        var began = System.nanoTime();
        try (var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS))) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| opened with %,d events and %,d streams | %.2f s |%n",
                            events,
                            events / STREAM_EVENTS,
                            since(began)));
            for (var pass = 1; pass <= 2; pass++) {
                began = System.nanoTime();
                var replayed = replay(log);
                row(
                        text,
                        "replay with checksums, pass " + pass + ", events/s",
                        replayed / since(began));
            }
            row(
                    text,
                    "resident memory after reading, MB more",
                    Footprint.residentMegabytes() - before);
            began = System.nanoTime();
            try (var view = View.open(scratch.resolve("view"), log, new Counting())) {
                var end = log.end();
                if (!view.waitFor(end, LONG)) {
                    throw new IllegalStateException("the view is at " + view.position());
                }
                var seen = end.since(PositionVector.start(PARTITIONS));
                row(text, "into a view that counts, events/s", seen / since(began));
            }
            var latency = latency(log);
            row(
                    text,
                    "append to subscriber when idle, p50 µs",
                    latency.getValueAtPercentile(50) / 1e3);
            row(
                    text,
                    "append to subscriber when idle, p99 µs",
                    latency.getValueAtPercentile(99) / 1e3);
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String what, double figure) {
        text.append(String.format(Locale.ROOT, "| %s | %,.0f |%n", what, figure));
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    /** By some threads, each of which waits for its append. */
    private static void fill(EventLog log, int events) throws Exception {
        var next = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var filling = new ArrayList<Future<?>>();
            for (var i = 0; i < FILLING; i++) {
                filling.add(
                        threads.submit(() -> {
                            for (var stream = next.getAndIncrement();
                                    stream < events / STREAM_EVENTS;
                                    stream = next.getAndIncrement()) {
                                fill(log, new StreamId("filled", "k" + stream), stream);
                            }
                            return true;
                        }));
            }
            for (var each : filling) {
                each.get();
            }
        }
    }

    private static void fill(EventLog log, StreamId stream, long seed) throws InterruptedException {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<EventData>();
        var bytes = new byte[PAYLOAD_BYTES];
        for (var i = 0; i < STREAM_EVENTS; i++) {
            random.nextBytes(bytes);
            var id = new UUID(random.nextLong(), random.nextLong());
            events.add(event(id, Payload.copyOf(bytes)));
        }
        appended(log, Append.to(stream, Expected.none(), events));
    }

    private static EventData event(UUID id, Payload payload) {
        return new EventData(id, "Filled", 1, Instant.EPOCH, EventData.Context.NONE, payload);
    }

    private static void appended(EventLog log, Append append) throws InterruptedException {
        var outcome = log.append(append, LONG);
        if (!(outcome instanceof AppendOutcome.Appended)) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    private static long replay(EventLog log) throws IOException {
        var count = 0L;
        for (var partition = 0; partition < PARTITIONS; partition++) {
            for (var events = log.read(partition, 1, CHUNK);
                    !events.isEmpty() && count < REPLAYED;
                    events = log.read(partition, events.getLast().position() + 1, CHUNK)) {
                count += events.size();
            }
        }
        return count;
    }

    /** How many events each of a few thousand keys has, in binary. */
    private static final class Counting implements Projection {
        @Override
        public String name() {
            return "counts";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            var key = "k" + Math.floorMod(event.stream().hashCode(), KEYS);
            var before = index.getBytes(key);
            var count = before == null ? 1 : ByteBuffer.wrap(before).getLong() + 1;
            index.put(key, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
        }
    }

    /** A subscriber that waits, and an append now and then. */
    private static Histogram latency(EventLog log) throws Exception {
        var histogram = new Histogram(3);
        var subscription = log.subscribe(log.end());
        var sent = new AtomicLong();
        var heard = new SynchronousQueue<Long>();
        var listening =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                for (var i = 0; i < LATENCIES; i++) {
                                    if (!subscription.next(LONG).isEmpty()) {
                                        heard.put(System.nanoTime() - sent.get());
                                    }
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
        var payload = Payload.of("{}");
        for (var i = 0; i < LATENCIES; i++) {
            Thread.sleep(2);
            sent.set(System.nanoTime());
            appended(
                    log,
                    Append.to(
                            new StreamId("latency", "k" + i),
                            Expected.none(),
                            List.of(event(UUID.randomUUID(), payload))));
            histogram.recordValue(heard.take());
        }
        listening.join();
        return histogram;
    }
}
