package dev.lumiere.deploy;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import dev.lumiere.service.RotatingFile;
import dev.lumiere.service.registry.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs instances as processes of this host, in a sandbox where one can be had. All are started by
 * one platform thread that never ends, because a sandboxed process dies with the thread that
 * started it, which is what makes a killed node leave none behind.
 */
public final class ProcessRuntime implements InstanceRuntime {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);
    private static final int KILLED_WITHIN_SECONDS = 10;
    private static final RunningInstance.Exit STUCK = new RunningInstance.Exit(-1, false);
    private static final Executor ON_VIRTUAL =
            task -> Thread.ofVirtual().name("instance-end").start(task);

    private final DeployConfig config;
    private final RuntimeFolder folder;
    private final MemoryLimit memory;
    private final Confinement confinement;
    private final SandboxReport report;
    private final Map<String, LocalProcess> processes = new ConcurrentHashMap<>();
    private final ExecutorService starter =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("instance-starter").factory());

    private ProcessRuntime(
            DeployConfig config,
            RuntimeFolder folder,
            MemoryLimit memory,
            Confinement confinement,
            SandboxReport report) {
        this.config = config;
        this.folder = folder;
        this.memory = memory;
        this.confinement = confinement;
        this.report = report;
    }

    /**
     * Takes over the runtime folder, ends what an earlier node left there, and finds out what
     * sandbox can be had.
     *
     * @throws IOException if the folder cannot be used, or if a sandbox is required and there is
     *     none
     */
    public static ProcessRuntime open(DeployConfig config) throws IOException {
        return open(config, Programs.OF_THE_SYSTEM, Files.readString(MOUNTS));
    }

    /** As {@link #open}, on a host that has these programs and these mounts only. */
    static ProcessRuntime open(DeployConfig config, Programs programs, String mounts)
            throws IOException {
        var folder = RuntimeFolder.open(config.runtimeFolder());
        try {
            return in(folder, config, programs, mounts);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static ProcessRuntime in(
            RuntimeFolder folder, DeployConfig config, Programs programs, String mounts)
            throws IOException {
        var missing = new ArrayList<String>();
        var confinement = Confinement.find(config, programs, folder, missing);
        if (config.sandbox() == SandboxMode.REQUIRED && !confinement.sandboxed()) {
            throw new IOException("a sandbox is required: " + String.join("; ", missing));
        }
        var memory = memoryLimit(mounts, config.nodeName(), missing);
        var report = confinement.report(memory.description(), missing);
        return new ProcessRuntime(config, folder, memory, confinement, report);
    }

    /** Where the node's source socket belongs, so that every instance finds it. */
    public Path sourceSocket() {
        return folder.sourceSocket();
    }

    @Override
    public SandboxReport sandbox() {
        return report;
    }

    @Override
    public RunningInstance start(String id, Slot slot, ServiceSpec spec) throws IOException {
        var socket = new Address.Unix(folder.socket(id).toAbsolutePath());
        openSourceSocket();
        folder.create(id, confinement.user());
        MemoryLimit.Held held = null;
        try {
            held = memory.hold(id, spec.memoryMaxBytes());
            var builder = new ProcessBuilder(confinement.command(id, spec, held.join()));
            builder.redirectErrorStream(true);
            builder.directory(folder.instance(id).toFile());
            builder.environment().clear();
            builder.environment().putAll(confinement.environment(id, spec));
            var process = onStarter(builder);
            var started = new LocalProcess(id, process, socket, confinement, folder);
            processes.put(id, started);
            held.started(process.pid());
            folder.writePid(id, process.pid());
            pump(process, slot);
            var limit = held;
            var _ =
                    process.onExit()
                            .thenAcceptAsync(ended -> over(started, ended, limit), ON_VIRTUAL);
            return started;
        } catch (IOException | RuntimeException e) {
            if (held != null) {
                held.end();
            }
            folder.remove(id);
            throw e;
        }
    }

    @Override
    public void close() {
        processes.values().forEach(LocalProcess::kill);
        for (var process : processes.values()) {
            var ended = process.exit().completeOnTimeout(STUCK, KILLED_WITHIN_SECONDS, SECONDS);
            if (ended.join().equals(STUCK)) {
                LOG.error("instance={} pid={} does not die", process.id(), process.pid());
            }
        }
        memory.close();
        folder.close();
        starter.shutdown();
    }

    private void over(LocalProcess instance, Process ended, MemoryLimit.Held limit) {
        limit.end();
        folder.remove(instance.id());
        processes.remove(instance.id());
        instance.ended(new RunningInstance.Exit(ended.exitValue(), limit.exceeded()));
    }

    private Process onStarter(ProcessBuilder builder) throws IOException {
        try {
            return starter.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + builder.command().getFirst(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** A platform thread each: reading a pipe would hold the carrier of a virtual one. */
    private void pump(Process process, Slot slot) {
        var log =
                new RotatingFile(
                        config.logFolder().resolve(slot + ".log"),
                        config.logMaxBytes(),
                        config.logFiles());
        Thread.ofPlatform()
                .daemon()
                .name("log-" + slot)
                .start(() -> log.pump(process.getInputStream()));
    }

    /** Lets every instance connect; that the folder is closed keeps all other users out. */
    private void openSourceSocket() throws IOException {
        try (var sockets = Files.newDirectoryStream(folder.source())) {
            for (var socket : sockets) {
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            }
        }
    }

    private static MemoryLimit memoryLimit(String mounts, String name, List<String> missing) {
        var reasons = new ArrayList<String>();
        var groups = CgroupMemory.find(mounts, name, reasons);
        if (groups.isPresent()) {
            return groups.get();
        }
        missing.add("no memory limit by the kernel: no control group can be written");
        missing.addAll(reasons);
        return new WatchedMemory(ProcessTree::residentBytes);
    }
}
