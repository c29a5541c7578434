package dev.lumiere.eventlog.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSubjectKeysTest extends SubjectKeysContract {
    private static final String ADA = "ada@example.com";

    @TempDir Path home;
    private FolderSubjectKeys keys;

    @BeforeEach
    void open() throws IOException {
        keys = new FolderSubjectKeys(home.resolve("keys"));
    }

    @AfterEach
    void close() throws IOException {
        keys.close();
    }

    @Override
    SubjectKeys keys() {
        return keys;
    }

    @Override
    SubjectKeys reopened() throws IOException {
        keys.close();
        open();
        return keys;
    }

    /** A process was killed when it had written that the key is erased. */
    @Test
    void anErasureThatWasInterruptedIsCompleted() throws Exception {
        var before = Personal.of(ADA, "user-1", keys);
        var kept = Files.createDirectories(home.resolve("kept"));
        try (var files = Files.list(home.resolve("keys/subjects"))) {
            for (var file : files.toList()) {
                Files.copy(file, kept.resolve(file.getFileName()));
            }
        }
        keys.erase("user-1");
        try (var files = Files.list(home.resolve("kept"))) {
            for (var file : files.toList()) {
                Files.copy(file, home.resolve("keys/subjects").resolve(file.getFileName()));
            }
        }
        assertThat(before.reveal(keys)).isEmpty();
        try (var left = Files.list(home.resolve("keys/subjects"))) {
            assertThat(left).hasSize(1).allMatch(file -> file.toString().endsWith(".erased"));
        }
    }

    @Test
    void theFolderIsItsOwnersAlone() throws Exception {
        var email = Personal.of(ADA, "user-1", keys);
        var master = home.resolve("keys/master.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(master)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> new FolderSubjectKeys(home.resolve("keys")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
        keys.close();

        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> new FolderSubjectKeys(home.resolve("keys")))
                .hasMessageContaining("not of mode 0600");
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("---------"));
        assertThat(catchThrowable(() -> new FolderSubjectKeys(home.resolve("keys")).close()))
                .satisfiesAnyOf(
                        e -> assertThat(e).isInstanceOf(AccessDeniedException.class),
                        e -> assertThat(e).as("root reads it all the same").isNull());
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-------"));

        var right = Files.readAllBytes(master);
        Files.write(master, new byte[32]);
        try (var wrong = new FolderSubjectKeys(home.resolve("keys"))) {
            assertThatThrownBy(() -> email.reveal(wrong))
                    .hasMessageContaining("not wrapped by this master key");
        }
        Files.delete(master);
        assertThatThrownBy(() -> new FolderSubjectKeys(home.resolve("keys")))
                .hasMessageContaining("keys without their master key");
        Files.write(master, right);
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-------"));
        keys = new FolderSubjectKeys(home.resolve("keys"));
        assertThat(email.reveal(keys)).contains(ADA);
    }
}
