package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the guide to the event log shows code that runs and what is really printed. */
class EventLogGuideTest {
    /** What differs from one time to the next. */
    private static final Pattern CHANGING =
            Pattern.compile(
                    "00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]"
                            + "|(?!1{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                            + "|\\d{4}-\\d\\d-\\d\\d[T ][\\d:]{8}(\\.\\d+)?Z?"
                            + "|\\d+ bytes");

    private final CodePage page = new CodePage("event-log.md", CHANGING);

    @TempDir private Path folder;

    @Test
    void everyBlockIsTheCodeItNamesOrWhatThatPrints() throws Exception {
        page.checkBlocks(11, EventLogGuideTest::printed);
    }

    /** What the example prints, but for its last lines, which say where its folder is. */
    private static String printed() throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                RunningNode.ROOT.resolve("examples/accounts/target/lumiere/lib")
                                        + "/*",
                                "dev.lumiere.examples.accounts.Main")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var printed = process.inputReader(UTF_8).readAllAsString();
        assertThat(process.waitFor()).isZero();
        return printed.substring(0, printed.indexOf("The log is in")).strip() + "\n";
    }

    @Test
    void everyCommandPrintsWhatIsShown() throws Exception {
        var home = folder.resolve("home");
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        try (var node = RunningNode.up(home, "--workers", "0", "--bucket", "pics=" + bucket)) {
            page.checkCommands(node, home, Path.of("").toAbsolutePath());
        }
    }
}
