package dev.lumiere.bench.log;

import dev.lumiere.bench.Machine;
import dev.lumiere.bench.Options;
import dev.lumiere.bench.ProcessTree;
import dev.lumiere.eventlog.postgres.PostgresDatabase;
import dev.lumiere.eventlog.postgres.PostgresLogConfig;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Durable appends side by side with others, then the log alone: replay, views, latency, size. */
public final class LogReport {
    private static final int EVENT_BYTES = 256;
    private static final int PARTITIONS = 16;
    private static final Duration WARM_UP = Duration.ofMillis(1500);
    private static final String REFERENCE = "segment file";

    private final Machine machine;
    private final Options options;
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final List<Cell> cells = new ArrayList<>();
    private int opened;

    /** Makes an empty log of one kind. */
    private interface Opening {
        Appending open(String name) throws Exception;
    }

    private record Peer(Opening opening, @Nullable Process server) {}

    /** What one peer did in one round. */
    private record Cell(
            String peer,
            int writers,
            double perSecond,
            double p50Micros,
            double p99Micros,
            double cpuMicros) {}

    private LogReport(Machine machine, Options options) {
        this.machine = machine;
        this.options = options;
    }

    /** Measures all of it, and writes it down. */
    public static String of(Machine machine, Options options)
            throws IOException, InterruptedException {
        try {
            return new LogReport(machine, options).markdown();
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private String markdown() throws Exception {
        start();
        for (var round = 1; round <= options.rounds(); round++) {
            for (var writers : List.of(1, 64)) {
                var order = new ArrayList<>(peers.keySet());
                for (var peer : round % 2 == 1 ? order : order.reversed()) {
                    var cell = measure(peer, writers);
                    System.err.printf(
                            Locale.ROOT,
                            "round %d  %-28s %2d writers  %.0f/s%n",
                            round,
                            peer,
                            writers,
                            cell.perSecond);
                    cells.add(cell);
                }
            }
        }
        var text = new StringBuilder("### Durable appends of 256-byte events\n\n");
        text.append(
                """
                %s. `./lumiere bench log --rounds %d --seconds %d`; load average %s. Each writer waits for its
                acknowledgement before its next append. One peer at a time, in alternating order; medians of the rounds,
                appends with least and greatest. CPU is of client and server together.

                | log | writers | appends/s | × %s | p50 µs | p99 µs | CPU µs/append |
                |---|---|---|---|---|---|---|
                """
                        .formatted(
                                Machine.inWords(),
                                options.rounds(),
                                options.seconds(),
                                Machine.loadAverage(),
                                REFERENCE));
        for (var writers : List.of(1, 64)) {
            var reference = median(REFERENCE, writers, Cell::perSecond);
            for (var peer : peers.keySet()) {
                text.append(row(peer, writers, reference));
            }
        }
        text.append('\n').append(LogAlone.measured(machine.scratch(), options.events()));
        return text.toString();
    }

    private void start() throws Exception {
        peers.put(
                REFERENCE,
                new Peer(name -> new SegmentFile(machine.scratch().resolve(name)), null));
        peers.put(
                "lumiere on RocksDB",
                new Peer(
                        name ->
                                new LumiereLog(
                                        new RocksLogDevice(
                                                machine.scratch().resolve(name), PARTITIONS)),
                        null));
        var servers = new Servers(machine);
        var postgres = options.has("postgres") ? servers.postgres() : null;
        if (postgres != null) {
            peers.put(
                    "lumiere on PostgreSQL",
                    new Peer(
                            name ->
                                    new LumiereLog(
                                            new PostgresLogDevice(
                                                    new PostgresLogConfig(
                                                            new PostgresDatabase(
                                                                    postgres.address(),
                                                                    "postgres",
                                                                    "",
                                                                    name),
                                                            4,
                                                            Duration.ofSeconds(5),
                                                            Duration.ofMillis(20)))),
                            postgres.process()));
            peers.put(
                    "PostgreSQL, a commit each",
                    new Peer(
                            name -> new PlainPostgres(postgres.address(), name),
                            postgres.process()));
        }
        if (options.has("kafka")) {
            var kafka = servers.kafka();
            peers.put(
                    "Kafka, page cache (default)",
                    new Peer(
                            name -> new PlainKafka(kafka.address(), name, false), kafka.process()));
            peers.put(
                    "Kafka, flush.messages=1",
                    new Peer(name -> new PlainKafka(kafka.address(), name, true), kafka.process()));
        }
    }

    private Cell measure(String name, int writers) throws Exception {
        var peer = Objects.requireNonNull(peers.get(name));
        var stop = new AtomicBoolean();
        var histogram = new ConcurrentHistogram(3);
        var payload = new byte[EVENT_BYTES];
        new Random(1).nextBytes(payload);
        var failure = new AtomicReference<@Nullable Exception>();
        try (var appending = peer.opening.open("log" + ++opened)) {
            var threads = new ArrayList<Thread>();
            for (var writer = 0; writer < writers; writer++) {
                var mine = writer;
                threads.add(
                        Thread.startVirtualThread(() -> {
                            try {
                                for (var i = 0; !stop.get(); i++) {
                                    var began = System.nanoTime();
                                    appending.append(mine, i, payload);
                                    histogram.recordValue(System.nanoTime() - began);
                                }
                            } catch (Exception e) {
                                failure.compareAndSet(null, e);
                            }
                        }));
            }
            Thread.sleep(WARM_UP);
            histogram.reset();
            var cpu = cpuMillis(peer);
            var began = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(options.seconds()));
            var seconds = (System.nanoTime() - began) / 1e9;
            var measured = histogram.copy();
            cpu = cpuMillis(peer) - cpu;
            stop.set(true);
            for (var thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw failure.get();
            }
            var count = measured.getTotalCount();
            return new Cell(
                    name,
                    writers,
                    count / seconds,
                    measured.getValueAtPercentile(50) / 1e3,
                    measured.getValueAtPercentile(99) / 1e3,
                    cpu * 1e3 / count);
        }
    }

    private static long cpuMillis(Peer peer) {
        var own = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
        return own + (peer.server == null ? 0 : new ProcessTree(peer.server.pid()).cpuMillis());
    }

    private String row(String peer, int writers, double reference) {
        var all = sorted(peer, writers, Cell::perSecond);
        var perSecond = median(peer, writers, Cell::perSecond);
        return String.format(
                Locale.ROOT,
                "| %s | %d | **%,.0f** (%,.0f–%,.0f) | %.2f | %,.0f | %,.0f | %.1f |%n",
                peer,
                writers,
                perSecond,
                all.getFirst(),
                all.getLast(),
                perSecond / reference,
                median(peer, writers, Cell::p50Micros),
                median(peer, writers, Cell::p99Micros),
                median(peer, writers, Cell::cpuMicros));
    }

    private double median(String peer, int writers, ToDoubleFunction<Cell> figure) {
        var all = sorted(peer, writers, figure);
        var middle = all.size() / 2;
        return all.size() % 2 == 1 ? all.get(middle) : (all.get(middle - 1) + all.get(middle)) / 2;
    }

    private List<Double> sorted(String peer, int writers, ToDoubleFunction<Cell> figure) {
        return cells.stream()
                .filter(cell -> cell.peer.equals(peer) && cell.writers == writers)
                .map(figure::applyAsDouble)
                .sorted()
                .toList();
    }
}
