package dev.lumiere.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash completes behind {@code ./lumiere}, by its own completion function. */
class CompletionTest {
    private static final Path BASH = Path.of("/bin/bash");

    @TempDir private static Path folder;

    @BeforeAll
    static void print() throws Exception {
        assumeTrue(Files.exists(BASH), "no bash");
        var before = System.out;
        var said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, UTF_8));
        try {
            assertThat(Lumiere.run("completion")).isZero();
        } finally {
            System.setOut(before);
        }
        Files.write(folder.resolve("completion"), said.toByteArray());
    }

    /** The last word is completed. */
    private static List<String> completed(String... words) throws Exception {
        var script =
                """
                set -e
                source completion
                function=$(complete -p lumiere | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                COMP_WORDS=("$@")
                COMP_CWORD=$(($# - 1))
                COMP_LINE="$*"
                COMP_POINT=${#COMP_LINE}
                compopt() { :; } # which works only while bash itself asks
                set +e
                $function
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        var command = new ArrayList<>(List.of(BASH.toString(), "--norc", "-c", script, "bash"));
        command.addAll(List.of(words));
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("errors"))).isEmpty();
        return said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void verbsAreCompleted() throws Exception {
        assertThat(completed("./lumiere", ""))
                .contains("up", "bucket", "put", "get", "ls", "key", "account", "log", "completion")
                .contains("test", "bench", "example")
                .doesNotContain("train");
        assertThat(completed("./lumiere", "b")).containsExactlyInAnyOrder("bucket", "bench");
        assertThat(completed("./lumiere", "key", ""))
                .contains("create", "list", "disable", "enable", "rotate");
        assertThat(completed("./lumiere", "account", "dep")).containsExactly("deposit");
    }

    @Test
    void optionsAndWordsAreCompleted() throws Exception {
        assertThat(completed("./lumiere", "key", "create", "--al")).containsExactly("--allow");
        assertThat(completed("./lumiere", "up", "--media")).containsExactly("--media-port");
        assertThat(completed("./lumiere", "bucket", "cr")).contains("create");
    }
}
