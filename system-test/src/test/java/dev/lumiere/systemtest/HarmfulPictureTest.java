package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.systemtest.corpus.Corpus;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A picture that kills its decoder is one request's error, and a worker that is replaced. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HarmfulPictureTest {
    private static final int KILLED_ITS_WORKER = 599;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private RunningNode node;

    private Path bucket;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        bucket = Files.createDirectories(folder.resolve("harm"));
        // its decoder holds the coefficients of all pixels, more memory than a worker has
        var bomb = Pictures.progressiveJpeg(11_000, 11_000);
        Files.write(bucket.resolve("bomb.jpg"), bomb);
        Files.write(bucket.resolve("another.jpg"), bomb);
        for (var i = 0; i < 5; i++) {
            Files.write(bucket.resolve(i + ".jpg"), Pictures.noise(900, 600, i));
        }
        Files.write(bucket.resolve("large.jpg"), Pictures.noise(3000, 2500, 9));
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "harm=" + bucket,
                        "--set",
                        "image.memory=280M");
        node.awaitWorkers(2);
    }

    @AfterAll
    void stop() {
        threads.close();
        node.close();
    }

    @Test
    void aRunawayIsOneRequestsErrorAndThenRefusedWithoutAnotherWorkerLost() {
        node.awaitWorkers(2);
        var before = node.workers();

        var harmful = node.get("/harm/bomb.jpg?imageView2/2/w/99");

        assertThat(harmful.statusCode()).as(text(harmful)).isEqualTo(KILLED_ITS_WORKER);
        assertThat(text(harmful)).contains("killed its worker");
        node.awaitWorkers(2);
        var after = node.workers();
        assertThat(after).doesNotContainAnyElementsOf(before);
        isServed();

        for (var width = 100; width < 110; width++) {
            var again = node.get("/harm/bomb.jpg?imageView2/2/w/" + width);
            assertThat(again.statusCode()).isEqualTo(KILLED_ITS_WORKER);
            assertThat(text(again)).contains("killed its worker");
        }
        assertThat(node.workers()).containsExactlyInAnyOrderElementsOf(after);
        isServed();
    }

    @Test
    void aRunawayAmongOthersHarmsNoneOfThem() throws Exception {
        var harmful = threads.submit(() -> node.get("/harm/another.jpg?imageView2/2/w/99"));
        var bystanders =
                IntStream.range(0, 60)
                        .mapToObj(i ->
                                threads.submit(() ->
                                        node.get(
                                                "/harm/%d.jpg?imageView2/1/w/%d"
                                                        .formatted(i % 5, 100 + i))))
                        .toList();

        for (var bystander : bystanders) {
            assertThat(bystander.get().statusCode()).as(text(bystander.get())).isEqualTo(200);
        }
        assertThat(harmful.get().statusCode()).isEqualTo(KILLED_ITS_WORKER);
        node.awaitWorkers(2);
        isServed();
    }

    @Test
    void aDrawingThatNeverEndsHarmsNobody() throws Exception {
        var reasons = new ArrayList<String>();
        for (var drawing : Corpus.endless()) {
            Files.write(bucket.resolve(drawing.name()), drawing.bytes());
            var answer = node.get("/harm/" + drawing.name() + "?imageView2/2/w/90/format/png");
            if (answer.statusCode() != 200) {
                reasons.add(answer.statusCode() + " " + text(answer));
            }
        }
        assertThat(reasons).isNotEmpty();
        assertThat(reasons).allMatch(reason -> reason.startsWith("400 {"));
        node.awaitWorkers(2);
        isServed();
    }

    @Test
    void aCrashInTheWorkerForOddFormatsIsMendedByTheNextOne() throws Exception {
        Awaitility.await().until(() -> node.workers("image-extra").size() == 1);
        node.awaitWorkers(2);
        var victim = node.workers("image-extra").getFirst();
        var usual = node.workers();

        var crashed = threads.submit(() -> node.get("/harm/large.jpg?imageView2/2/format/jxl"));
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> isRunning("image-extra"));
        new ProcessBuilder("kill", "-SEGV", Long.toString(victim.pid())).start().waitFor();

        isServed();
        // with one instance of its service there is no other to try at once
        assertThat(crashed.get().statusCode()).as(text(crashed.get())).isIn(200, KILLED_ITS_WORKER);
        assertThat(attemptsThatDied("image-extra")).isPositive();
        Awaitility.await().until(() -> node.workers("image-extra").size() == 1);
        assertThat(node.workers("image-extra")).hasSize(1).doesNotContain(victim);
        assertThat(node.workers()).containsExactlyInAnyOrderElementsOf(usual);
    }

    private int next = 200;

    private void isServed() {
        var answer = node.get("/harm/1.jpg?imageView2/1/w/" + next++);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    }

    private boolean isRunning(String service) {
        return metrics().stream()
                .anyMatch(line ->
                        line.startsWith("lumiere_rendition_running{")
                                && line.contains("\"" + service + "\"")
                                && !line.endsWith(" 0.0"));
    }

    private double attemptsThatDied(String service) {
        return metrics().stream()
                .filter(line -> line.startsWith("lumiere_fop_failed_attempts_total"))
                .filter(line -> line.contains("kind=\"died\""))
                .filter(line -> line.contains("\"" + service + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private List<String> metrics() {
        return text(node.send("GET", node.apiPort(), "/metrics")).lines().toList();
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
