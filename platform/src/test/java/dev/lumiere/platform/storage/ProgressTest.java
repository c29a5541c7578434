package dev.lumiere.platform.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long GIB = 1L << 30;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(shown, true, UTF_8);

    private String shown() {
        return shown.toString(UTF_8);
    }

    @Test
    void aLineFillsUpAndIsWrittenAHundredTimesAtMost() {
        try (var progress = new Progress("a.jpg", 5 * GIB, terminal, true)) {
            for (var bytes = 0L; bytes <= 5 * GIB; bytes += 64 << 10) {
                progress.at(bytes);
            }
            progress.end();
        }

        assertThat(shown().split("\r", -1)).hasSize(1 + 101);
        assertThat(shown())
                .startsWith("\ra.jpg  [" + " ".repeat(30) + "]   0 %")
                .endsWith("\ra.jpg  [" + "=".repeat(30) + "] 100 %" + System.lineSeparator());
    }

    @Test
    void whereNobodyLooksOrNothingIsLongNothingIsShown() {
        for (var progress :
                new Progress[] {
                    new Progress("a", 5 * GIB, terminal, false),
                    new Progress("a", 8 << 20, terminal, true),
                    new Progress("a", 0, terminal, true),
                    new Progress("a", -1, terminal, true),
                    Progress.of("a", 5 * GIB) // tests have no terminal
                }) {
            try (progress) {
                progress.at(0);
                progress.at(1000);
                progress.end();
            }
        }
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatFailsHalfWayLeavesTheLineAsItIsAndEndsIt() {
        try (var progress = new Progress("a", 1000 << 20, terminal, true)) {
            progress.at(500 << 20);
        }
        assertThat(shown()).contains(" 50 %").doesNotContain("100 %");
        assertThat(shown()).endsWith(System.lineSeparator());
    }

    @Test
    void withoutATotalTheBytesAreTold() {
        try (var progress = new Progress("a", -1, terminal, true)) {
            progress.at(GIB);
            progress.at(GIB + 1);
            progress.end();
        }
        assertThat(shown()).isEqualTo("\ra  1024 MiB" + System.lineSeparator());
    }

    @Test
    void aNameKeepsToItsLineAndIsNoCommandToTheTerminal() {
        try (var progress =
                new Progress("x".repeat(500) + "/\u001b[2J\nend", 5 * GIB, terminal, true)) {
            progress.at(6 * GIB); // more than was said
        }
        assertThat(shown())
                .startsWith("\r…xxx")
                .contains("/\\u001b[2J\\u000aend  [")
                .contains("100 %");
        assertThat(shown().strip().length()).isLessThan(80);
    }
}
