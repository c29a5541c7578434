package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes in memory, which only those see who are started for it. It is
 * gone with this, also where the test is killed. Needs to be root.
 */
final class SmallDisk implements AutoCloseable {
    private final Process holder;
    private final Path folder;

    /**
     * Mounts one.
     *
     * @param folder where it is for those who see it
     */
    SmallDisk(Path folder, int megabytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        // its input ends when this process does
        var script = "mount -t tmpfs -o size=" + megabytes + "m tmpfs \"$1\" && echo ready && cat";
        holder =
                new ProcessBuilder("unshare", "-m", "sh", "-c", script, "sh", folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var said = holder.inputReader().readLine();
        assumeTrue("ready".equals(said), "no file system may be mounted here");
    }

    /** How a command begins that sees it. */
    List<String> inside() {
        return List.of("nsenter", "-m", "-t", Long.toString(holder.pid()));
    }

    /** Where it is. */
    Path folder() {
        return folder;
    }

    /** Where all others find what is in it. */
    Path fromOutside() {
        return Path.of("/proc/" + holder.pid() + "/root" + folder);
    }

    @Override
    public void close() throws IOException {
        holder.outputWriter().close();
        try {
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
