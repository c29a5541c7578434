package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.systemtest.corpus.Corpus;
import dev.lumiere.systemtest.corpus.OddFile;
import dev.lumiere.systemtest.corpus.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files of every format through a whole node. Each request has its own seed; {@code
 * -Dlumiere.fuzz.seed} moves them all.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("lumiere.fuzz.seed", 20_261L);
    private static final int REQUESTS = Boolean.getBoolean("lumiere.soak") ? 20_000 : 300;
    private static final int AT_ONCE = 4;
    private static final int MAX_BYTES = 50_000;
    private static final Path TARGET = Path.of("target");

    private static final List<String> PIPELINES =
            List.of(
                    "imageView2/2/w/40/format/png",
                    "imageMogr2/auto-orient/thumbnail/40x40/rotate/30/format/webp",
                    "imageView2/0/format/jpg",
                    "imageView2/1/w/30/h/30/format/gif",
                    "roundPic/radius/5",
                    "imageInfo",
                    "imageAve");

    private final FuzzSummary summary = new FuzzSummary(SEED);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    @TempDir Path folder;

    private Path bucket;
    private RunningNode node;

    @BeforeEach
    void start() throws IOException {
        bucket = Files.createDirectory(folder.resolve("odd"));
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "odd=" + bucket,
                        "--set",
                        "image.extra.pdf=true");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void noDamagedFileIsMoreThanARefusal() throws Exception {
        var seeds = seeds();
        var before = usage();
        var each = Math.ceilDiv(REQUESTS, seeds.size());
        var next = SEED;
        for (var format : seeds.keySet()) {
            var lost = workersLost();
            fuzz(format, seeds.get(format), next, each);
            next += each;
            summary.after(format, workersLost() - lost, usage());
        }
        System.out.println(summary.line());
        Files.writeString(TARGET.resolve("fuzz-summary.md"), summary.markdown());

        assertThat(failures).isEmpty();
        assertThat(node.process().isAlive()).as(node.said()).isTrue();
        Files.write(bucket.resolve("good"), Pictures.jpeg(123, 45));
        assertThat(Pictures.in(node.get("/odd/good?" + PIPELINES.getFirst())).getWidth())
                .isEqualTo(40);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> usage().descriptors() <= before.descriptors() + 30);
    }

    /** Files to begin with, by format: those that are pictures, and not large. */
    private Map<String, List<OddFile>> seeds() {
        return Stream.concat(
                        Corpus.good().stream(), Corpus.files(folder.resolve("none.png")).stream())
                .filter(file -> file.truth() instanceof Truth.Shown)
                .filter(file -> file.bytes().length < MAX_BYTES)
                .collect(
                        Collectors.groupingBy(
                                OddFile::extension, TreeMap::new, Collectors.toList()));
    }

    /** What node and workers hold. */
    private Usage usage() throws IOException {
        var pids =
                Stream.concat(Stream.of(node.process()), node.process().descendants())
                        .map(ProcessHandle::pid)
                        .toList();
        return Usage.of(pids);
    }

    private void fuzz(String format, List<OddFile> files, long first, int times) {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var seed = first; seed < first + times; seed++) {
                var own = seed;
                threads.execute(() -> fuzz(format, files, own));
            }
        }
    }

    private void fuzz(String format, List<OddFile> files, long seed) {
        var random = new SplittableRandom(seed);
        var file = files.get(random.nextInt(files.size()));
        var other = files.get(random.nextInt(files.size()));
        var pipeline = PIPELINES.get(random.nextInt(PIPELINES.size()));
        var damaged = Mutation.several(file.bytes(), other.bytes(), random);
        var key = bucket.resolve("seed-" + seed);
        try {
            Files.write(key, damaged);
            var start = System.nanoTime();
            var answer = node.get("/odd/seed-" + seed + "?" + pipeline);
            var took = Duration.ofNanos(System.nanoTime() - start);
            summary.add(format, Verdict.of(answer), took);
            Files.delete(key);
        } catch (IOException | UncheckedIOException | AssertionError e) {
            summary.addFailure(format);
            failures.add(
                    "seed %d, %s?%s, kept as %s: %s"
                            .formatted(seed, file, pipeline, kept(format, seed, damaged), e));
        }
    }

    private static Path kept(String format, long seed, byte[] damaged) {
        try {
            var folder = Files.createDirectories(TARGET.resolve("fuzz"));
            return Files.write(folder.resolve(format + "-" + seed), damaged).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often a worker died without being told to. */
    private long workersLost() {
        var metrics = new String(node.send("GET", node.apiPort(), "/metrics").body(), UTF_8);
        return metrics.lines()
                .filter(line -> line.startsWith("lumiere_deploy_restarts_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
