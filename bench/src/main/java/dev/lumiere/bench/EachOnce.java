package dev.lumiere.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Every target once, in their order, a few at a time. Before each pass the sources are given
 * another time of change, so that whoever keeps anything of them has to begin anew.
 */
final class EachOnce implements Generator {
    private static final long MAX_MICROS = 60_000_000;

    private final Path sources;
    private final int atOnce;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Instant changed = Instant.ofEpochSecond(1_000_000_000);

    EachOnce(Path sources, int atOnce) {
        this.sources = sources;
        this.atOnce = atOnce;
    }

    /** At least one pass; as many as fit. */
    @Override
    public Load run(Peer peer, int seconds) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var micros = new ConcurrentHistogram(MAX_MICROS, 3);
        var bytes = new AtomicLong();
        var failures = new AtomicInteger();
        do {
            touch();
            pass(peer, micros, bytes, failures);
        } while (System.nanoTime() - start < seconds * 1e9);
        return new Load(
                micros.getTotalCount(),
                (System.nanoTime() - start) / 1e9,
                bytes.get(),
                failures.get(),
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3);
    }

    private void pass(
            Peer peer, ConcurrentHistogram micros, AtomicLong bytes, AtomicInteger failures) {
        var next = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(atOnce)) {
            for (var i = 0; i < atOnce; i++) {
                threads.execute(() -> {
                    for (var at = next.getAndIncrement();
                            at < peer.targets().size();
                            at = next.getAndIncrement()) {
                        var begin = System.nanoTime();
                        var length = ask(peer.port(), peer.targets().get(at));
                        micros.recordValue(
                                Math.min(MAX_MICROS, (System.nanoTime() - begin) / 1000));
                        if (length < 0) {
                            failures.incrementAndGet();
                        } else {
                            bytes.addAndGet(length);
                        }
                    }
                });
            }
        }
    }

    /** Length of the answer; -1 if it is none. */
    private long ask(int port, String target) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
            var answer = http.send(request.build(), BodyHandlers.ofByteArray());
            return answer.statusCode() == 200 ? answer.body().length : -1;
        } catch (IOException _) {
            return -1;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private void touch() throws IOException {
        changed = changed.plusSeconds(1);
        try (var files = Files.list(sources)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(changed));
            }
        }
    }
}
