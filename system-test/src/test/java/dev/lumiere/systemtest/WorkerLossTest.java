package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dead worker is never the client's problem. */
class WorkerLossTest {
    private static final int SOURCES = 20;

    @TempDir Path folder;

    private RunningNode node;

    @BeforeEach
    void start() throws IOException {
        var bucket = Files.createDirectories(folder.resolve("noise"));
        for (var i = 0; i < SOURCES; i++) {
            Files.write(bucket.resolve(i + ".jpg"), Pictures.noise(900, 600, i));
        }
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "noise=" + bucket,
                        "--set", // also on a slow machine they are not too many, which is no
                        // subject
                        "rendition.maxWait=50s",
                        "--set",
                        "gateway.deadline=55s");
        node.awaitWorkers(2);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void noGetFailsWhenAWorkerIsKilledUnderTwoHundredConcurrentRequests() throws Exception {
        var victim = node.workers().getFirst();

        var answers = whileAsking(200, 10, victim::kill);

        assertThat(answers).hasSize(200).allSatisfy(WorkerLossTest::isAThumbnail);
        node.awaitWorkers(2);
        assertThat(node.workers()).doesNotContain(victim);
    }

    @Test
    void noGetFailsWhenAWholeZoneIsLostUnderLoad() throws Exception {
        var zone = node.workers().getFirst().zone();
        Predicate<RunningNode.Worker> inZone = worker -> worker.zone().equals(zone);

        var answers =
                whileAsking(
                        200,
                        10,
                        () ->
                                node.workers().stream()
                                        .filter(inZone)
                                        .forEach(RunningNode.Worker::kill));

        assertThat(answers).hasSize(200).allSatisfy(WorkerLossTest::isAThumbnail);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> node.workers().stream().anyMatch(inZone));
    }

    @Test
    void withoutAnyWorkerTheNodeSaysSoKeepsServingWhatItHasAndRecoversByItself() {
        var known = "/noise/0.jpg?imageView2/1/w/50";
        isAThumbnail(node.get(known));

        var refused = new AtomicBoolean();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    node.workers().forEach(RunningNode.Worker::kill);
                    node.workers("image-extra").forEach(RunningNode.Worker::kill);
                    var answer = node.get("/noise/1.jpg?imageView2/1/w/" + next.getAndIncrement());
                    if (answer.statusCode() == 503) {
                        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                        refused.set(true);
                    }
                    return refused.get();
                });
        isAThumbnail(node.get(known));

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        node.get("/noise/2.jpg?imageView2/1/w/" + next.getAndIncrement())
                                        .statusCode()
                                == 200);
    }

    private final AtomicInteger next = new AtomicInteger(100);

    /** Asks {@code count} different thumbnails at once, and does that when some are answered. */
    private List<HttpResponse<byte[]>> whileAsking(int count, int answered, Runnable meanwhile)
            throws InterruptedException, ExecutionException {
        var some = new CountDownLatch(answered);
        var asked = new ArrayList<Future<HttpResponse<byte[]>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < count; i++) {
                var target = "/noise/" + i % SOURCES + ".jpg?imageView2/1/w/" + (100 + i);
                asked.add(
                        threads.submit(() -> {
                            var answer = node.get(target);
                            some.countDown();
                            return answer;
                        }));
            }
            some.await();
            meanwhile.run();
        }
        var answers = new ArrayList<HttpResponse<byte[]>>();
        for (var one : asked) {
            answers.add(one.get());
        }
        return answers;
    }

    private static void isAThumbnail(HttpResponse<byte[]> answer) {
        var picture = Pictures.in(answer);
        assertThat(picture.getWidth()).isEqualTo(picture.getHeight());
    }
}
