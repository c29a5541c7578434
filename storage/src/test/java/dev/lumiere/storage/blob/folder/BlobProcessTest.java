package dev.lumiere.storage.blob.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that write into a directory: one is killed, one has little memory. */
@Timeout(60)
class BlobProcessTest {
    private static final int ROUNDS = Boolean.getBoolean("lumiere.soak") ? 50 : 3;
    private static final int WRITERS = 8;
    private static final int LARGE_BYTES = 100 << 20;

    @TempDir Path directory;

    /** Writes as fast as it can, and one line for each content that was said to be kept. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] args) throws Exception {
            var store = new DirectoryBlobStore(Path.of(args[0]), InstantSource.system());
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var writer = 0; writer < WRITERS; writer++) {
                    var random = new Random(Long.parseLong(args[1]) * WRITERS + writer);
                    var _ =
                            threads.submit(() -> {
                                while (true) {
                                    var bytes = new byte[random.nextInt(300_000)];
                                    random.nextBytes(bytes);
                                    try (var blob = store.begin()) {
                                        blob.write(ByteBuffer.wrap(bytes));
                                        System.out.println(blob.finish().id() + " kept");
                                    }
                                }
                            });
                }
            }
        }
    }

    /** Writes one content that is larger than its memory. */
    static final class Large {
        private Large() {}

        public static void main(String[] args) throws Exception {
            var portion = ByteBuffer.allocate(1 << 20);
            try (var store = new DirectoryBlobStore(Path.of(args[0]), InstantSource.system());
                    var blob = store.begin()) {
                for (var written = 0; written < LARGE_BYTES; written += portion.capacity()) {
                    portion.putInt(0, written); // no block is like another
                    blob.write(portion.rewind());
                }
                System.out.println(blob.finish().id());
            }
        }
    }

    /** Writes one content, and a line when it is said to be kept. */
    static final class Small {
        private Small() {}

        public static void main(String[] args) throws Exception {
            try (var store = new DirectoryBlobStore(Path.of(args[0]), InstantSource.system());
                    var blob = store.begin()) {
                blob.write(ByteBuffer.wrap(new byte[10]));
                System.out.println(blob.finish().id() + " kept");
            }
        }
    }

    private Process start(Class<?> main, String... more) throws IOException {
        return start(List.of(), main, more);
    }

    /**
     * Starts one of these.
     *
     * @param by what runs it; empty for nothing
     */
    private Process start(List<String> by, Class<?> main, String... more) throws IOException {
        var command = new ArrayList<>(by);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        directory.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Test
    void whoIsKilledLeavesWholeContents() throws Exception {
        var said = new ArrayList<BlobId>();
        var random = new Random(11);
        for (var round = 0; round < ROUNDS; round++) {
            writeUntilKilled(round, 20 + random.nextInt(150), said);
            try (var store = new DirectoryBlobStore(directory, InstantSource.system())) {
                var kept = store.list(null, 100_000).stream().map(BlobStore.Kept::id).toList();
                assertThat(kept).containsAll(said);
                for (var id : kept) {
                    assertThat(store.verify(id)).as(id.text()).isTrue();
                }
                assertThat(directory.resolve("incoming")).isEmptyDirectory();
            }
        }
    }

    private void writeUntilKilled(int round, int lines, List<BlobId> said) throws Exception {
        var process = start(Writing.class, Integer.toString(round));
        try (var output = process.inputReader()) {
            var read = 0;
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.endsWith(" kept")) { // else it was cut
                    said.add(new BlobId(line.substring(0, line.indexOf(' '))));
                }
                if (++read == lines) {
                    process.destroyForcibly();
                    break;
                }
            }
            assertThat(read).isEqualTo(lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Also those of a process that was killed before it had done so. */
    @Test
    void whatIsSaidToBeKeptHasANameThatWasSynced(@TempDir Path traces) throws Exception {
        assumeTrue(isTraced(), "no strace");
        for (var start = 0; start < 2; start++) {
            var trace = traces.resolve("trace" + start);
            var calls = "trace=fsync,rename,renameat,renameat2,write";
            var by =
                    List.of("strace", "-f", "-y", "-s", "200", "-e", calls, "-o", trace.toString());
            var process = start(by, Small.class);
            String id;
            try (var output = process.inputReader()) {
                var line = output.readLine();
                id = line.substring(0, line.indexOf(' '));
            } finally {
                process.waitFor();
            }

            var folder = directory.toRealPath().resolve("blobs").resolve(id.substring(0, 3));
            var lines = Files.readAllLines(trace);
            var said = first(lines, 0, "write(1<", id);
            var named = start > 0 ? 0 : first(lines, 0, "rename", folder.resolve(id) + "\"");
            assertThat(first(lines, named, "fsync(", "<" + folder + ">")).isBetween(named, said);
        }
    }

    private static boolean isTraced() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-o", "/dev/null", "true").start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static int first(List<String> lines, int from, String call, String with) {
        for (var i = from; i < lines.size(); i++) {
            if (lines.get(i).contains(call) && lines.get(i).contains(with)) {
                return i;
            }
        }
        throw new AssertionError("no %s of %s in %s".formatted(call, with, lines));
    }

    @Test
    void aContentMayBeLargerThanMemory() throws Exception {
        var process = start(Large.class);
        String id;
        try (var output = process.inputReader()) {
            id = output.readLine();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.size(directory.resolve("blobs/" + id.substring(0, 3) + "/" + id)))
                .isEqualTo(LARGE_BYTES);
        try (var store = new DirectoryBlobStore(directory, InstantSource.system())) {
            assertThat(store.verify(new BlobId(id))).isTrue();
        }
    }
}
