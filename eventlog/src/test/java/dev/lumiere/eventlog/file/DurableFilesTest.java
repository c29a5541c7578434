package dev.lumiere.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All but the power cut. */
class DurableFilesTest {
    @TempDir Path home;

    @Test
    void foldersAreMadeWithThoseAboveThem() throws Exception {
        var folder = home.resolve("a/b/../c");
        var mode = PosixFilePermissions.fromString("rwx------");
        assertThat(DurableFiles.missing(folder))
                .containsExactly(home.resolve("a"), home.resolve("a/c"));

        DurableFiles.createFolders(home.resolve("a/c"), PosixFilePermissions.asFileAttribute(mode));

        assertThat(Files.getPosixFilePermissions(home.resolve("a/c"))).isEqualTo(mode);
        assertThat(DurableFiles.missing(folder)).isEmpty();
        assertThat(DurableFiles.createFolders(home.resolve("a/c"))).isDirectory();
    }

    @Test
    void aFileInTheirPlaceIsTold() throws Exception {
        var file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> DurableFiles.createFolders(file))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileIsReplacedWhole() throws Exception {
        var file = Files.writeString(home.resolve("file"), "before");
        var beside = Files.writeString(home.resolve("file.new"), "after");

        DurableFiles.replace(file, beside);

        assertThat(file).hasContent("after");
        assertThat(beside).doesNotExist();
        assertThatThrownBy(() -> DurableFiles.replace(file, beside))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(file).hasContent("after");
    }
}
