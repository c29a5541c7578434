package dev.lumiere.bench.storage;

import dev.lumiere.bench.Footprint;
import dev.lumiere.bench.Machine;
import dev.lumiere.bench.Options;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The catalog on a log of its own: puts, lookups, lists, and a view that is folded anew. */
public final class CatalogAlone {
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final int PARTITIONS = 16;
    private static final int WRITERS = 64;
    private static final int LOOKUPS = 200_000;
    private static final int WARM_UP = 2;
    private static final int PASSES = 15;
    private static final int LISTS = 200;
    private static final int PAGE = 1000;
    private static final int FOLDERS = 1000;
    private static final String BUCKET = "pictures";

    private CatalogAlone() {}

    /** Measures all of it, and writes it down. */
    public static String report(Machine machine, Options options)
            throws IOException, InterruptedException {
        var text =
                new StringBuilder(
                        "### The catalog of %,d objects%n%n%s.%n%n| what | figure |%n|---|---|%n"
                                .formatted(options.events(), Machine.inWords()));
        try {
            measure(machine.scratch(), options.events(), text);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        return text.toString();
    }

    private static void measure(Path scratch, int objects, StringBuilder text) throws Exception {
        var before = Footprint.residentMegabytes();
        var began = System.nanoTime();
        try (var log = EventLog.open(new RocksLogDevice(scratch.resolve("log"), PARTITIONS))) {
            try (var catalog = open(scratch.resolve("views"), log)) {
                catalog.buckets().create(BUCKET, "bench", "z0");
                fill(catalog, objects);
                row(text, "puts, 64 writers, objects/s", objects / since(began));
                look(catalog, objects, text);
                list(catalog, text);
                row(
                        text,
                        "resident memory, MB more than before",
                        Footprint.residentMegabytes() - before);
            }
            began = System.nanoTime();
            try (var anew = open(scratch.resolve("others"), log)) {
                if (!anew.view().waitFor(log.end(), LONG)) {
                    throw new IllegalStateException("the view is at " + anew.view().position());
                }
                var events = log.end().since(PositionVector.start(PARTITIONS));
                row(text, "folded anew, events/s", events / since(began));
            }
        }
        began = System.nanoTime();
        try (var log = EventLog.open(new RocksLogDevice(scratch.resolve("log"), PARTITIONS));
                var catalog = open(scratch.resolve("views"), log)) {
            catalog.find(BUCKET, key(0));
            row(text, "opened again until the first lookup, ms", since(began) * 1e3);
        }
        row(
                text,
                "view on the disk, bytes an object",
                Footprint.bytes(scratch.resolve("views")) / (double) objects);
    }

    private static Catalog open(Path folder, EventLog log) throws Exception {
        return Catalog.open(folder, log, _ -> false, InstantSource.system(), UUID::randomUUID);
    }

    private static String key(int number) {
        return "album-%03d/picture-%07d.jpg".formatted(number % FOLDERS, number);
    }

    private static void fill(Catalog catalog, int objects) throws Exception {
        var next = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var filling = new ArrayList<Future<?>>();
            for (var i = 0; i < WRITERS; i++) {
                filling.add(
                        threads.submit(() -> {
                            for (var number = next.getAndIncrement();
                                    number < objects;
                                    number = next.getAndIncrement()) {
                                catalog.put(object(number), IfExists.REPLACE);
                            }
                            return true;
                        }));
            }
            for (var each : filling) {
                each.get();
            }
        }
    }

    private static CatalogObject object(int number) {
        return new CatalogObject(
                BUCKET,
                key(number),
                new BlobId("%064x".formatted(number * 0x9e3779b97f4a7c15L)),
                100_000 + number,
                "FpLiADEaVoALPkdb8tJEJyRTXoe_",
                "d41d8cd98f00b204e9800998ecf8427e",
                "image/jpeg",
                CatalogObject.putTime(InstantSource.system().instant()),
                0,
                false,
                "",
                0,
                Map.of(),
                Map.of());
    }

    private static void look(Catalog catalog, int objects, StringBuilder text) {
        var random = new Random(1);
        var micros = new double[PASSES];
        for (var pass = -WARM_UP; pass < PASSES; pass++) {
            var keys = random.ints(LOOKUPS, 0, objects).mapToObj(CatalogAlone::key).toList();
            var cpu = cpuNanos();
            for (var key : keys) {
                if (catalog.find(BUCKET, key) == null) {
                    throw new IllegalStateException("not found");
                }
            }
            if (pass >= 0) {
                micros[pass] = (cpuNanos() - cpu) / 1e3 / LOOKUPS;
            }
        }
        Arrays.sort(micros);
        text.append(
                "| lookup of any of them, µs of CPU, median (least to most) | %.1f (%.1f to %.1f) |%n"
                        .formatted(micros[PASSES / 2], micros[0], micros[PASSES - 1]));
    }

    private static void list(Catalog catalog, StringBuilder text) {
        for (var delimiter : new String[] {"", "/"}) {
            var random = new Random(1);
            var began = System.nanoTime();
            for (var i = 0; i < LISTS; i++) {
                var prefix = delimiter.isEmpty() ? "album-%02d".formatted(random.nextInt(100)) : "";
                var page = catalog.list(BUCKET, prefix, delimiter, "", PAGE);
                if (page.objects().size() + page.prefixes().size() == 0) {
                    throw new IllegalStateException("an empty page");
                }
            }
            text.append(
                    "| list of %,d %s, ms | %.2f |%n"
                            .formatted(
                                    PAGE,
                                    delimiter.isEmpty() ? "objects" : "folders",
                                    since(began) * 1e3 / LISTS));
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void row(StringBuilder text, String what, double figure) {
        text.append(String.format(Locale.ROOT, "| %s | %,.0f |%n", what, figure));
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
