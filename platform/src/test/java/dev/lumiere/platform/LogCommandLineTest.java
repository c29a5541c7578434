package dev.lumiere.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code lumiere log} makes of what is typed. */
class LogCommandLineTest {
    @TempDir private Path folder;

    private record Ran(int code, String said) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log",
                "log frobnicate",
                "log read",
                "log read nodash",
                "log read a-1 --all",
                "log read a-1 --partition 1",
                "log read --partition -1",
                "log read --partition one",
                "log read a-1 --from x",
                "log read a-1 --from 0",
                "log read a-1 --max 0",
                "log read --all --backwards",
                "log read --all --from x",
                "log tail --from x",
                "log state-at a-1",
                "log state-at a-1 --version 1 --time 2026-11-29T10:15:30Z",
                "log state-at a-1 --time noon",
                "log export --after x",
                "log backup --keep 0",
                "log restore --to x",
                "log restore --api http://127.0.0.1:8081",
                "log verify --bukket"
            })
    void whatCannotBeMeantIsRefusedInOneLineWithTwo(String typed) {
        var ran = run(typed.split(" ", -1));

        assertThat(ran.code).isEqualTo(2);
        assertThat(ran.said.strip().lines()).as(ran.said).hasSize(1);
        assertThat(ran.said).startsWith("lumiere: ").contains("./lumiere log").contains("--help");
    }

    @Test
    void aHomeWithoutALogIsToldAndNotMade() {
        var home = folder.resolve("nowhere");
        var media = "storage.buckets=pics=" + folder;

        var read = run("log", "streams", "--home", home.toString(), "--set", media);
        var restored = run("log", "backup", "--list", "--home", home.toString(), "--set", media);

        assertThat(read.code).isEqualTo(1);
        assertThat(read.said).contains("there is no event log in " + home);
        assertThat(restored.code).isZero();
        assertThat(home).doesNotExist();
    }

    private static Ran run(String... arguments) {
        var before = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            return new Ran(Lumiere.run(arguments), said.toString(UTF_8));
        } finally {
            System.setErr(before);
        }
    }
}
