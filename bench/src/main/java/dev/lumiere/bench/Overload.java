package dev.lumiere.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Four times as many requests as can be served, at a steady rate that waits for no answer (open
 * loop). Times count from when a request was due.
 */
final class Overload {
    private static final int FACTOR = 4;
    private static final int SETTLING_SECONDS = 5;
    private static final long MAX_MICROS = 60_000_000;

    private final Machine machine;
    private final Options options;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Overload(Machine machine, Options options) {
        this.machine = machine;
        this.options = options;
    }

    /** What was answered, and how soon. */
    private static final class Answers {
        private final ConcurrentHistogram accepted = new ConcurrentHistogram(MAX_MICROS, 3);
        private final ConcurrentHistogram refused = new ConcurrentHistogram(MAX_MICROS, 3);
        private final AtomicInteger others = new AtomicInteger();
    }

    static String report(Machine machine, Options options)
            throws IOException, InterruptedException {
        return new Overload(machine, options).report();
    }

    private String report() throws IOException, InterruptedException {
        var sources = Sources.make(machine);
        var patience = "100ms";
        var lumiere =
                new Peers(machine)
                        .lumiere(
                                sources,
                                "0",
                                "rendition.reductionBytes=0",
                                "rendition.maxWait=" + patience);
        var peer =
                new Peer(
                        "lumiere",
                        lumiere.pid(),
                        lumiere.port(),
                        Sources.targets("/bench/{picture}?imageView2/1/w/200/h/200/q/80"));
        System.err.println("warming up");
        new Wrk(machine, options.connections()).run(peer, options.warmUpSeconds());
        var capacity = new Wrk(machine, options.connections()).run(peer, options.seconds());
        var perSecond = capacity.requests() / capacity.seconds();
        System.err.printf("%.1f requests a second can be served%n", perSecond);
        var unloaded = open(peer, perSecond / 4, options.seconds(), 0);
        var tree = new ProcessTree(peer.pid());
        var before = tree.pssBytes();
        System.err.printf("asking for %.1f a second%n", FACTOR * perSecond);
        Answers loaded;
        long peak;
        try (var watch = tree.watchMemory()) {
            loaded = open(peer, FACTOR * perSecond, options.seconds(), SETTLING_SECONDS);
            peak = watch.peakPssBytes();
        }
        return """
        ### Overload: four times as many thumbnails as can be served, at a steady rate

        %s. `./lumiere bench overload --seconds %d --connections %d`; load average %s.
        12-megapixel JPEGs to 200×200, nothing kept, `rendition.maxWait` %s. %.1f requests a second can be served (%d
        connections, closed loop); then, open loop, a quarter of that, and %d times that for %d s after %d s of settling.

        | | requests | p50 ms | p99 ms |
        |---|---|---|---|
        | a quarter of capacity | %d | %s |
        | %d × capacity, served | %d | %s |
        | %d × capacity, 503 | %d | %s |

        p99 of what was served: **%.1f ×** that at a quarter of capacity. Other answers or failures: %d.
        Memory before %d MB, at its highest %d MB.
        """
                .formatted(
                        Machine.inWords(),
                        options.seconds(),
                        options.connections(),
                        Machine.loadAverage(),
                        patience,
                        perSecond,
                        options.connections(),
                        FACTOR,
                        options.seconds(),
                        SETTLING_SECONDS,
                        unloaded.accepted.getTotalCount(),
                        times(unloaded.accepted),
                        FACTOR,
                        loaded.accepted.getTotalCount(),
                        times(loaded.accepted),
                        FACTOR,
                        loaded.refused.getTotalCount(),
                        times(loaded.refused),
                        (double) loaded.accepted.getValueAtPercentile(99)
                                / unloaded.accepted.getValueAtPercentile(99),
                        loaded.others.get() + unloaded.others.get(),
                        before >> 20,
                        peak >> 20);
    }

    private static String times(ConcurrentHistogram micros) {
        return String.format(
                Locale.ROOT,
                "%.1f | %.1f",
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3);
    }

    private Answers open(Peer peer, double perSecond, int seconds, int settlingSeconds)
            throws InterruptedException {
        var answers = new Answers();
        var start = System.nanoTime();
        var settled = start + settlingSeconds * 1_000_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; ; i++) {
                var due = start + (long) (i * 1e9 / perSecond);
                if (due > settled + seconds * 1_000_000_000L) {
                    break;
                }
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                var target = peer.targets().get(i % peer.targets().size());
                threads.execute(
                        () -> ask(peer.port(), target, due, due >= settled ? answers : null));
            }
        }
        return answers;
    }

    private void ask(int port, String target, long due, @Nullable Answers answers) {
        var status = 0;
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
            status = http.send(request.build(), BodyHandlers.ofByteArray()).statusCode();
        } catch (IOException _) {
            // counted as another answer
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (answers == null) {
            return;
        }
        var micros = Math.min(MAX_MICROS, (System.nanoTime() - due) / 1000);
        switch (status) {
            case 200 -> answers.accepted.recordValue(micros);
            case 503 -> answers.refused.recordValue(micros);
            default -> answers.others.incrementAndGet();
        }
    }
}
