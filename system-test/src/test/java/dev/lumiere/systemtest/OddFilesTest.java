package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.systemtest.Interview.Asked;
import dev.lumiere.systemtest.corpus.Corpus;
import dev.lumiere.systemtest.corpus.Truth;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Odd and broken files through a whole node: a right picture or a reason, and no harm done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddFilesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int AT_A_TIME = 4;
    private static final List<Question> QUESTIONS = List.of(Question.values());

    /** Connections come and go; what leaks does so with every request, of which there are many. */
    private static final int MORE_FILES = 40;

    private RunningNode node;
    private Interview interview;
    private Path secret;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        var bucket = Files.createDirectory(folder.resolve("odd"));
        secret = folder.resolve("secret.png");
        var magenta = new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB);
        var graphics = magenta.createGraphics();
        graphics.setColor(Color.MAGENTA);
        graphics.fillRect(0, 0, 96, 64);
        ImageIO.write(magenta, "png", secret.toFile());
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "odd=" + bucket,
                        "--set",
                        "image.extra.pdf=true",
                        "--set",
                        "gateway.deadline=" + DEADLINE.toSeconds() + "s");
        node.awaitWorkers(2);
        interview = new Interview(node, "odd", bucket, DEADLINE, AT_A_TIME);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void everyFileIsShownAsItIsOrRefusedForAReason() throws Exception {
        var number = 0;
        var all = new ArrayList<Asked>();
        for (var file : Corpus.files(secret)) {
            var another = QUESTIONS.get(number++ % QUESTIONS.size());
            (file.truth() instanceof Truth.Shown
                            ? QUESTIONS
                            : EnumSet.of(Question.PNG, Question.INFO, another))
                    .forEach(question -> all.add(new Asked(file, question)));
        }
        everyAnswerIsRight(all);
    }

    @Test
    void whatIsLeftOfAPictureIsShownAsTheWholeOrRefused() throws Exception {
        var all = new ArrayList<Asked>();
        for (var file : Corpus.truncated()) {
            all.add(new Asked(file, QUESTIONS.get(all.size() % QUESTIONS.size())));
        }
        everyAnswerIsRight(all);
    }

    /** And the node and its workers are as before. */
    private void everyAnswerIsRight(List<Asked> questions) throws Exception {
        var processes = processes();
        var filesBefore = openFiles(processes);

        var wrong = interview.ask(questions).stream().filter(r -> !r.fault().isEmpty()).toList();

        assertThat(wrong).isEmpty();
        assertThat(processes()).as("no process was replaced").isEqualTo(processes);
        assertThat(openFiles(processes)).isLessThanOrEqualTo(filesBefore + MORE_FILES);
        assertThat(node.send("GET", node.apiPort(), "/ready").statusCode()).isEqualTo(200);
    }

    private static long openFiles(List<Long> processes) throws IOException {
        return Usage.of(processes).descriptors();
    }

    private List<Long> processes() {
        return Stream.concat(
                        Stream.of(node.process().pid()),
                        Stream.of("image", "image-extra")
                                .flatMap(service -> node.workers(service).stream())
                                .map(RunningNode.Worker::pid))
                .toList();
    }
}
