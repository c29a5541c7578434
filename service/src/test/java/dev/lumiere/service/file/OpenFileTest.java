package dev.lumiere.service.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFileTest {
    @TempDir Path home;
    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectories(home.resolve("folder"));
        Files.createDirectories(folder.resolve("below"));
        Files.writeString(folder.resolve("below/a.txt"), "light");
        Files.writeString(home.resolve("secret.txt"), "secret");
    }

    @Test
    void aFileBelowIsReadFromAnyOffset() throws IOException {
        try (var file = OpenFile.beneath(folder, Path.of("below/a.txt"));
                var arena = Arena.ofConfined()) {
            var memory = arena.allocate(16);
            assertThat(file.size()).isEqualTo(5);
            assertThat(file.read(memory, 0)).isEqualTo(5);
            assertThat(memory.getString(0)).isEqualTo("light");
            assertThat(file.read(memory, 3)).isEqualTo(2);
            assertThat((char) memory.get(JAVA_BYTE, 0)).isEqualTo('h');
            assertThat(file.read(memory, 5)).isZero();
        }
    }

    @Test
    void theFactsAreWhatTheFileSystemSays() throws IOException {
        var path = folder.resolve("below/a.txt");
        try (var file = OpenFile.beneath(folder, Path.of("below/a.txt"))) {
            assertThat(file.facts())
                    .isEqualTo(
                            new OpenFile.Facts(
                                    (long) Files.getAttribute(path, "unix:dev"),
                                    (long) Files.getAttribute(path, "unix:ino"),
                                    Files.size(path),
                                    Files.getLastModifiedTime(path).toInstant()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link.txt",
                "linked/secret.txt",
                "inside.txt",
                "../secret.txt",
                "below/../../secret.txt",
                "below",
                "pipe",
                "absent",
                "below/a.txt/more"
            })
    void nothingButARegularFileWithoutALinkOnTheWayIsOpened(String way)
            throws IOException, InterruptedException {
        Files.createSymbolicLink(folder.resolve("link.txt"), home.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("linked"), home);
        Files.createSymbolicLink(folder.resolve("inside.txt"), folder.resolve("below/a.txt"));
        var pipe = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertThat(pipe.waitFor()).isZero();

        assertThatThrownBy(() -> OpenFile.beneath(folder, Path.of(way)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(way);
    }

    @Test
    void whatIsOpenStaysThatFileWhenAnotherTakesItsName() throws IOException {
        try (var file = OpenFile.beneath(folder, Path.of("below/a.txt"))) {
            Files.delete(folder.resolve("below/a.txt"));
            Files.writeString(folder.resolve("below/a.txt"), "other");

            var bytes = ByteBuffer.allocate(5);
            file.channel().read(bytes, 0);
            assertThat(new String(bytes.array(), StandardCharsets.US_ASCII)).isEqualTo("light");
        }
    }

    @Test
    void aSealedCopyCannotBeChangedByAnybody() throws IOException {
        OpenFile copy;
        try (var file = OpenFile.beneath(folder, Path.of("below/a.txt"))) {
            copy = file.sealed();
        }
        try (copy;
                var arena = Arena.ofConfined()) {
            Files.writeString(folder.resolve("below/a.txt"), "night");
            var memory = arena.allocate(16);
            assertThat(copy.read(memory, 0)).isEqualTo(5);
            assertThat(memory.getString(0)).isEqualTo("light");

            var descriptor = copy.duplicate();
            var path = Path.of("/proc/self/fd/" + descriptor);
            assertThatThrownBy(() -> Files.writeString(path, "other"))
                    .isInstanceOf(IOException.class);
            try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                        .isInstanceOf(IOException.class);
            }
            assertThat(copy.read(memory, 0)).isEqualTo(5);
            assertThat(memory.getString(0)).isEqualTo("light");
            Libc.close(descriptor);
        }
    }

    @Test
    void aChannelMayTakeItsPlace() throws IOException {
        var file = OpenFile.beneath(folder, Path.of("below/a.txt"));
        try (var channel = file.intoChannel()) {
            assertThat(file.hasDescriptor()).isFalse();
            assertThat(channel.size()).isEqualTo(5);
        }
    }

    @Test
    void aClosedFileIsNotRead() throws IOException {
        var file = OpenFile.beneath(folder, Path.of("below/a.txt"));
        file.close();
        file.close();

        assertThat(file.hasDescriptor()).isFalse();
        assertThatThrownBy(file::channel).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::duplicate).isInstanceOf(ClosedChannelException.class);
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(1);
            assertThatThrownBy(() -> file.read(memory, 0))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }
}
