package dev.lumiere.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code /proc} says about a process and what it started. A process may end at any moment. */
final class ProcessTree {
    private static final int MAX_PROCESSES = 4096;
    private static final int START_TIME_AFTER_NAME = 19;

    private ProcessTree() {}

    /** The process and all below it, parents first; empty if it is gone. */
    static List<Long> of(long pid) {
        var tree = new ArrayList<Long>();
        if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
            tree.add(pid);
        }
        for (var i = 0; i < tree.size() && tree.size() < MAX_PROCESSES; i++) {
            tree.addAll(children(tree.get(i)));
        }
        return tree;
    }

    static List<Long> children(long pid) {
        var children = new ArrayList<Long>();
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var thread : threads) {
                for (var child : read(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isBlank()) {
                        children.add(Long.parseLong(child.strip()));
                    }
                }
            }
        } catch (IOException _) {
            return children; // It ended meanwhile.
        }
        return children;
    }

    /** Kills the process and all below it. */
    static void kill(long pid) {
        for (var process : of(pid)) {
            ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Memory resident for the process and all below it, in bytes; shared pages count each time. */
    static long residentBytes(long pid) {
        var bytes = 0L;
        for (var process : of(pid)) {
            for (var line : read(Path.of("/proc", process.toString(), "status")).lines().toList()) {
                if (line.startsWith("VmRSS:")) {
                    bytes += Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        }
        return bytes;
    }

    /**
     * Names a process for ever: its start in clock ticks since boot and the boot's own id, since a
     * pid alone is used again. Null if it is gone.
     */
    static @Nullable String stamp(long pid) {
        var stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        var name = stat.lastIndexOf(')');
        if (name < 0) {
            return null;
        }
        var fields = stat.substring(name + 2).split(" ", -1);
        return fields[START_TIME_AFTER_NAME]
                + " "
                + read(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return ""; // It ended meanwhile.
        }
    }
}
