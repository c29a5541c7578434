package dev.lumiere.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory held by the kernel: a control group for each instance, below one for the node. Its
 * temporary files in memory count as well; there is no swap beyond it.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">cgroup v1</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">cgroup v2</a>
 */
final class CgroupMemory implements MemoryLimit {
    private static final Logger LOG = LoggerFactory.getLogger(CgroupMemory.class);
    private static final long TRIAL_BYTES = 64L << 20;
    private static final int REMOVE_ATTEMPTS = 200;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(10);

    private final Path root;
    private final Path node;
    private final boolean unified;

    private CgroupMemory(Path root, String name, boolean unified) {
        this.root = root;
        this.node = root.resolve(name);
        this.unified = unified;
    }

    /**
     * Takes the first hierarchy in which a group with a limit can really be made, and empties what
     * an earlier run of the same name left in it.
     *
     * @param mountinfo the text of {@code /proc/self/mountinfo}
     * @param name of the node's group
     * @param reasons gets why a hierarchy was not taken
     */
    static Optional<CgroupMemory> find(String mountinfo, String name, List<String> reasons) {
        for (var line : mountinfo.lines().toList()) {
            var fields = line.split(" ", -1);
            var type = line.indexOf(" - ") < 0 ? "" : line.substring(line.indexOf(" - ") + 3);
            var unified = type.startsWith("cgroup2 ");
            if (!unified && !(type.startsWith("cgroup ") && type.matches(".*[ ,]memory(,.*)?"))) {
                continue;
            }
            var found = new CgroupMemory(Path.of(fields[4]), name, unified);
            try {
                found.tryOut();
                return Optional.of(found);
            } catch (IOException e) {
                reasons.add("no memory group under " + fields[4] + ": " + e);
            }
        }
        return Optional.empty();
    }

    private void tryOut() throws IOException {
        if (unified) {
            if (!Files.readString(root.resolve("cgroup.controllers")).contains("memory")) {
                throw new IOException("it has no memory controller");
            }
            Files.writeString(root.resolve("cgroup.subtree_control"), "+memory");
        }
        removeAll();
        Files.createDirectories(node);
        if (unified) {
            Files.writeString(node.resolve("cgroup.subtree_control"), "+memory");
        }
        hold("trial", TRIAL_BYTES).end();
    }

    @Override
    public String description() {
        return unified ? "cgroup v2" : "cgroup v1";
    }

    @Override
    public Held hold(String instance, long maxBytes) throws IOException {
        var group = Files.createDirectory(node.resolve(instance));
        var bytes = Long.toString(maxBytes);
        if (unified) {
            Files.writeString(group.resolve("memory.max"), bytes);
            writeIfThere(group.resolve("memory.swap.max"), "0");
            writeIfThere(group.resolve("memory.oom.group"), "1");
        } else {
            Files.writeString(group.resolve("memory.limit_in_bytes"), bytes);
            writeIfThere(group.resolve("memory.memsw.limit_in_bytes"), bytes);
        }
        return new Group(group);
    }

    @Override
    public void close() {
        removeAll();
    }

    private final class Group implements Held {
        private final Path group;
        private volatile boolean exceeded;

        Group(Path group) {
            this.group = group;
        }

        @Override
        public List<Path> join() {
            return List.of(group.resolve("cgroup.procs"));
        }

        @Override
        public void started(long pid) {}

        @Override
        public boolean exceeded() {
            return exceeded || killedByKernel();
        }

        private boolean killedByKernel() {
            var file = group.resolve(unified ? "memory.events" : "memory.oom_control");
            try {
                return Files.readString(file)
                        .lines()
                        .anyMatch(l -> l.startsWith("oom_kill ") && !l.equals("oom_kill 0"));
            } catch (IOException _) {
                return false; // Removed already.
            }
        }

        @Override
        public void end() {
            exceeded = exceeded();
            remove(group);
        }
    }

    private void removeAll() {
        if (!Files.exists(node)) {
            return;
        }
        var groups = new ArrayList<Path>();
        try (var inside = Files.newDirectoryStream(node, Files::isDirectory)) {
            inside.forEach(groups::add);
        } catch (IOException e) {
            LOG.warn("memory group={} cannot be read: {}", node, e.toString());
        }
        groups.forEach(CgroupMemory::remove);
        remove(node);
    }

    /** Kills who is left in a group and removes it, which the kernel grants once it is empty. */
    private static void remove(Path group) {
        for (var attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
            try {
                for (var pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
                Files.delete(group);
                return;
            } catch (IOException _) {
                if (!Files.exists(group)) {
                    return;
                }
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        }
        LOG.warn("memory group={} is left behind; the next start removes it", group);
    }

    private static void writeIfThere(Path file, String value) throws IOException {
        if (Files.exists(file)) {
            Files.writeString(file, value);
        }
    }
}
