package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands on buckets and objects of which a part cannot be done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StorageCommandTest {
    private static final String PICTURE = RunningNode.ROOT + "/media/demo/gogopher.jpg";

    private Path folder;
    private RunningNode node;

    /** What a command says, and how it ends. */
    private record Outcome(int code, String printed, String said) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        folder = directory;
        node = RunningNode.up(folder.resolve("home"), "--workers", "0");
        done("bucket", "create", "shop", "--domain", "a.example.com");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Outcome run(String name, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        var process = RunningNode.command(name, all);
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        var said = new String(process.getErrorStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), printed, said);
    }

    private String done(String name, String... arguments) throws Exception {
        var outcome = run(name, arguments);
        assertThat(outcome.code()).as(outcome.said()).isZero();
        return outcome.printed();
    }

    private String failed(String name, String... arguments) throws Exception {
        var outcome = run(name, arguments);
        assertThat(outcome.code()).as(outcome.printed()).isOne();
        return outcome.said();
    }

    @Test
    void aBucketThatIsMadeOnlyInPartIsClosedFirst() throws Exception {
        assertThat(failed("bucket", "create", "half", "--domain", "a.example.com", "--private"))
                .contains("--domain a.example.com: ", "bucket half is made, --private is set");
        assertThat(done("bucket", "show", "half")).containsPattern("private +yes");
        assertThat(failed("bucket", "set", "half", "--no-private", "--url-key", "short"))
                .contains("--url-key: ", "nothing is changed");
        assertThat(done("bucket", "show", "half")).containsPattern("private +yes");
    }

    @Test
    void whatCanBeDeletedIs() throws Exception {
        done("put", PICTURE, "shop/a\u001bb.jpg");
        assertThat(done("ls", "shop")).contains("a\\u001bb.jpg");

        assertThat(failed("rm", "shop/gone", "shop/a\u001bb.jpg", "shop/none"))
                .contains("shop/gone: no such file", "shop/none: no such file");
        assertThat(done("ls", "shop")).isEmpty();

        done("put", PICTURE, "shop/b.jpg");
        assertThat(failed("rm", "shop/b.jpg", "/typo")).contains("not BUCKET/KEY: /typo");
        assertThat(done("ls", "shop")).contains("b.jpg");
        done("rm", "shop/b.jpg");
    }

    @Test
    void whatIsNamedMayBeAFolder() throws Exception {
        done("put", PICTURE, "shop/c/d.jpg");
        var there = Files.createDirectories(folder.resolve("there"));

        done("get", "shop/c/d.jpg", there.toString());
        assertThat(there.resolve("d.jpg")).hasSameBinaryContentAs(Path.of(PICTURE));
        assertThat(failed("get", "shop/c/d.jpg", folder + "/none/")).contains("no such folder: ");
        assertThat(failed("put", there.toString(), "shop")).contains("not a file: ");
        Files.createDirectories(there.resolve("e/d.jpg"));
        assertThat(failed("get", "shop/c/d.jpg", there.resolve("e").toString()))
                .contains("there is a folder in its place: ");
        done("rm", "shop/c/d.jpg");
    }

    @Test
    void whoTakesAFolderForABucketIsTold() throws Exception {
        assertThat(failed("ls", "demo")).contains("demo is a folder of this node");
        assertThat(failed("put", PICTURE, "demo")).contains("demo is a folder of this node");
        assertThat(failed("bucket", "create", "demo")).contains("demo is a folder of this node");
    }
}
