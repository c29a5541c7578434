package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
    @TempDir Path folder;

    @Test
    void fullFilesMoveOnAndTheOldestGoes() throws IOException {
        try (var log = log(10, 3)) {
            for (var line : new String[] {"one....", "two....", "three..", "four..."}) {
                log.write(line.getBytes(UTF_8));
            }
        }

        assertThat(folder.resolve("a.log")).hasContent("four...");
        assertThat(folder.resolve("a.log.1")).hasContent("three..");
        assertThat(folder.resolve("a.log.2")).hasContent("two....");
        assertThat(folder.resolve("a.log.3")).doesNotExist();
    }

    @Test
    void anEarlierFileIsGoneOnWith() throws IOException {
        try (var log = log(100, 2)) {
            log.write("before ".getBytes(UTF_8));
        }
        try (var log = log(100, 2)) {
            log.write("after".getBytes(UTF_8));
        }

        assertThat(folder.resolve("a.log")).hasContent("before after");
    }

    @Test
    void withOneFileTheOldOneIsThrownAway() throws IOException {
        try (var log = log(4, 1)) {
            log.write("old.".getBytes(UTF_8));
            log.write("new.".getBytes(UTF_8));
        }

        assertThat(folder.resolve("a.log")).hasContent("new.");
        assertThat(folder.resolve("a.log.1")).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeLosesLinesAndHarmsNobody() throws IOException {
        Files.writeString(folder.resolve("file"), "no folder");
        var log = new RotatingFile(folder.resolve("file/a.log"), 100, 2);

        log.pump(new ByteArrayInputStream("lost".getBytes(UTF_8)));

        assertThat(folder.resolve("file")).hasContent("no folder");
    }

    private RotatingFile log(long maxBytes, int files) {
        return new RotatingFile(folder.resolve("a.log"), maxBytes, files);
    }
}
