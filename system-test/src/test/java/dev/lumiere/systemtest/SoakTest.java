package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Minutes of all sorts of work on all sorts of files: no answer is the server's fault, no worker is
 * lost, and what is held at the end was held after the first minutes. The figures go to {@code
 * target/soak-summary.md}; {@code -Dlumiere.soak.minutes} says how long.
 */
@EnabledIfSystemProperty(named = "lumiere.soak", matches = "true")
class SoakTest {
    private static final Duration WHOLE =
            Duration.ofMinutes(Integer.getInteger("lumiere.soak.minutes", 10));
    private static final Duration WARM_UP = Duration.ofMinutes(2);
    private static final int EVERY_SECONDS = 2;
    private static final int CALLERS = 4;
    private static final List<String> DEMO =
            List.of("gogopher.jpg", "portrait.jpg", "scene.jpg", "logo.png", "spinner.gif");

    @TempDir Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final List<Usage> ofNode = new ArrayList<>();
    private final List<Usage> ofWorkers = new ArrayList<>();

    @Test
    void nothingGrowsAndNobodyIsTurnedAway() throws Exception {
        var bucket = folder.resolve("odd");
        SoakFiles.write(bucket);
        try (var node = node(bucket);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            node.awaitWorkers(2);
            SoakFiles.writeBy(node, bucket);
            var workers = pids(node);

            var callers = call(node, SoakFiles.in(bucket), threads);
            try {
                measure(node, workers);
            } finally {
                over.countDown();
            }
            for (var caller : callers) {
                caller.get();
            }

            report(Usage.Trend.of(ofNode), Usage.Trend.of(ofWorkers));
            assertThat(faults).isEmpty();
            assertThat(pids(node)).as("no worker was lost").isEqualTo(workers);
            Usage.Trend.of(ofNode).assertFlat("the node");
            Usage.Trend.of(ofWorkers).assertFlat("all workers");
        }
    }

    /**
     * Keeps little, so that nearly every request is worked on, in a small heap that is resident
     * from the start: the collector takes all of it before it looks for what is garbage among the
     * old.
     */
    private RunningNode node(Path bucket) throws IOException {
        return RunningNode.upWithHeap(
                List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch"),
                folder.resolve("home"),
                "--bucket",
                "demo=" + RunningNode.ROOT.resolve("media/demo"),
                "--bucket",
                "odd=" + bucket,
                "--set",
                "rendition.memoryBytes=4M",
                "--set",
                "rendition.diskBytes=16M",
                "--set",
                "rendition.reductionBytes=64M");
    }

    private static List<Long> pids(RunningNode node) {
        var pids = new ArrayList<Long>();
        node.workers().forEach(worker -> pids.add(worker.pid()));
        node.workers("image-extra").forEach(worker -> pids.add(worker.pid()));
        Collections.sort(pids);
        return pids;
    }

    private List<Future<?>> call(RunningNode node, List<String> odd, ExecutorService threads) {
        var sources = new ArrayList<String>();
        DEMO.forEach(name -> sources.add("/demo/" + name));
        odd.forEach(name -> sources.add("/odd/" + name));
        var callers = new ArrayList<Future<?>>();
        for (var i = 0; i < CALLERS; i++) {
            var requests = new SoakRequests(sources, new Random(i));
            callers.add(threads.submit(() -> callUntilOver(node, requests)));
        }
        return callers;
    }

    private void callUntilOver(RunningNode node, SoakRequests requests) {
        while (over.getCount() > 0) {
            var target = requests.next();
            var status = node.get(target).statusCode();
            answers.computeIfAbsent(status, _ -> new LongAdder()).increment();
            if (status != 200 && status / 100 != 4) {
                faults.add(status + " " + target);
            }
        }
    }

    /** Looks at all processes now and then; what is before the end of the warm-up is left out. */
    private void measure(RunningNode node, List<Long> workers)
            throws IOException, InterruptedException {
        var looks = WHOLE.toSeconds() / EVERY_SECONDS;
        var warm = Math.min(WARM_UP.toSeconds() / EVERY_SECONDS, looks / 2);
        for (var look = 0L; look < looks; look++) {
            assertThat(over.await(EVERY_SECONDS, TimeUnit.SECONDS)).isFalse();
            if (look >= warm) {
                ofNode.add(Usage.of(List.of(node.process().pid())));
                ofWorkers.add(Usage.of(workers));
            }
        }
    }

    private void report(Usage.Trend node, Usage.Trend workers) throws IOException {
        var count = answers.values().stream().mapToLong(LongAdder::sum).sum();
        var text =
                """
                # Soak

                %d minutes, %d callers, %d requests; by status: %s

                | medians after the warm-up | first quarter | last quarter |
                |---|---|---|
                | node, MB | %d | %d |
                | all workers, MB | %d | %d |
                | node, open files | %d | %d |
                | all workers, open files | %d | %d |
                """
                        .formatted(
                                WHOLE.toMinutes(),
                                CALLERS,
                                count,
                                answers,
                                node.first().bytes() >> 20,
                                node.last().bytes() >> 20,
                                workers.first().bytes() >> 20,
                                workers.last().bytes() >> 20,
                                node.first().descriptors(),
                                node.last().descriptors(),
                                workers.first().descriptors(),
                                workers.last().descriptors());
        Files.writeString(Path.of("target/soak-summary.md"), text);
        System.out.println(text);
    }
}
