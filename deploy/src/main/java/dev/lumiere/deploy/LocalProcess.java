package dev.lumiere.deploy;

import dev.lumiere.service.registry.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance that is a process of this host. In a sandbox it stands two below the process that was
 * started: bubblewrap waits outside, its reaper is the first inside.
 */
final class LocalProcess implements RunningInstance {
    private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);

    private final String id;
    private final Process process;
    private final Address.Unix address;
    private final Confinement confinement;
    private final RuntimeFolder folder;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private volatile boolean sealed;

    LocalProcess(
            String id,
            Process process,
            Address.Unix address,
            Confinement confinement,
            RuntimeFolder folder) {
        this.id = id;
        this.process = process;
        this.address = address;
        this.confinement = confinement;
        this.folder = folder;
    }

    String id() {
        return id;
    }

    @Override
    public long pid() {
        if (!confinement.sandboxed()) {
            return process.pid();
        }
        var tree = ProcessTree.of(process.pid());
        return tree.size() > 2 ? tree.get(2) : process.pid();
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public boolean listening() {
        if (!sealed) {
            sealed = Files.exists(address.path()) && folder.seal(id, confinement.user() != null);
            if (sealed) {
                giveWay();
            }
        }
        return sealed;
    }

    /**
     * Where Linux schedules sessions as groups, as on a desktop, what {@code nice} says counts only
     * inside the session, and this has one of its own.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/sched.7.html">sched(7), autogroup</a>
     */
    private void giveWay() {
        var group = Path.of("/proc", Long.toString(pid()), "autogroup");
        try {
            if (confinement.sandboxed() && Files.exists(group)) {
                Files.writeString(group, Integer.toString(Confinement.NICENESS));
            }
        } catch (IOException e) {
            LOG.warn("instance={} does not give way to other sessions: {}", id, e.getMessage());
        }
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit.copy();
    }

    @Override
    public void terminate() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
    }

    @Override
    public void kill() {
        if (confinement.sandboxed()) {
            process.destroyForcibly(); // Its namespace goes with it.
        } else {
            ProcessTree.kill(process.pid());
        }
    }

    void ended(Exit how) {
        exit.complete(how);
    }
}
