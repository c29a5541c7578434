package dev.lumiere.deploy;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is put around an instance's command, from the outside in: a shell that enters the control
 * group, {@code nice}, so that the node answers also while all processors are busy, {@code setpriv}
 * that ties it to the node's life, {@code prlimit}, bubblewrap. What is not to be had is left out
 * and named in the report.
 */
final class Confinement {
    /**
     * Above the node's by this. At 5 an answer from memory took up to 100 ms while every processor
     * decoded, at 15 some 10; beside other work of the host they get one part in thirty.
     */
    static final int NICENESS = 15;

    private static final int MAX_OPEN_FILES = 4096;
    private static final int MAX_THREADS = 4096;
    private static final String TRIAL = "trial";

    private final RuntimeFolder folder;
    private final long scratchMaxBytes;
    private final @Nullable Bubblewrap bubblewrap;
    private final @Nullable Path nice;
    private final @Nullable Path setpriv;
    private final @Nullable Path prlimit;

    private Confinement(
            RuntimeFolder folder,
            long scratchMaxBytes,
            @Nullable Bubblewrap bubblewrap,
            @Nullable Path nice,
            @Nullable Path setpriv,
            @Nullable Path prlimit) {
        this.folder = folder;
        this.scratchMaxBytes = scratchMaxBytes;
        this.bubblewrap = bubblewrap;
        this.nice = nice;
        this.setpriv = setpriv;
        this.prlimit = prlimit;
    }

    /**
     * Finds out what can be had here.
     *
     * @param missing gets what cannot, with the reason
     */
    static Confinement find(
            DeployConfig config, Programs programs, RuntimeFolder folder, List<String> missing)
            throws IOException {
        if (config.sandbox() == SandboxMode.OFF) {
            missing.add("no sandbox: switched off by configuration");
        }
        return new Confinement(
                folder,
                config.scratchMaxBytes(),
                config.sandbox() == SandboxMode.OFF
                        ? null
                        : sandbox(config, programs, folder, missing),
                programs.find("nice"),
                programs.find("setpriv"),
                programs.find("prlimit"));
    }

    private static @Nullable Bubblewrap sandbox(
            DeployConfig config, Programs programs, RuntimeFolder folder, List<String> missing)
            throws IOException {
        var asRoot =
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        var program = SystemCallFilter.of(System.getProperty("os.arch"));
        if (program.isPresent()) {
            Files.write(folder.filter(), program.get());
        } else {
            missing.add("no system call filter: not written for this kind of machine");
        }
        folder.create(TRIAL, asRoot ? Bubblewrap.UNPRIVILEGED : null);
        try {
            var filtered =
                    program.isEmpty()
                            ? null
                            : Bubblewrap.find(
                                            programs,
                                            asRoot,
                                            folder.instance(TRIAL),
                                            folder.source(),
                                            config.scratchMaxBytes(),
                                            folder.filter(),
                                            missing)
                                    .orElse(null);
            return filtered != null
                    ? filtered
                    : Bubblewrap.find(
                                    programs,
                                    asRoot,
                                    folder.instance(TRIAL),
                                    folder.source(),
                                    config.scratchMaxBytes(),
                                    null,
                                    missing)
                            .orElse(null);
        } finally {
            folder.remove(TRIAL);
        }
    }

    boolean sandboxed() {
        return bubblewrap != null;
    }

    /** Who instances run as, null for the node's own user. */
    @Nullable Integer user() {
        return bubblewrap == null ? null : bubblewrap.user();
    }

    /**
     * The whole command.
     *
     * @param groups files that the process writes its pid into first
     */
    List<String> command(String id, ServiceSpec spec, List<Path> groups) throws IOException {
        var filter = bubblewrap == null ? null : bubblewrap.filter();
        var command = new ArrayList<>(Wrapper.of(groups, filter));
        if (nice != null) {
            command.addAll(List.of(nice.toString(), "-n", Integer.toString(NICENESS)));
        }
        if (setpriv != null) {
            command.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--"));
        }
        if (prlimit != null) {
            command.add(prlimit.toString());
            command.addAll(limits());
            command.add("--");
        }
        command.addAll(
                bubblewrap == null
                        ? spec.command()
                        : bubblewrap.command(
                                folder.instance(id),
                                folder.source(),
                                spec.readOnlyPaths(),
                                spec.command()));
        return command;
    }

    /** The whole environment. */
    Map<String, String> environment(String id, ServiceSpec spec) {
        var own = sandboxed() ? Bubblewrap.INSIDE_FOLDER : folder.instance(id);
        var source = sandboxed() ? Bubblewrap.INSIDE_SOURCE : folder.source();
        var scratch = sandboxed() ? "/tmp" : folder.instance(id).toString();
        var environment = new HashMap<String, String>();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("HOME", scratch);
        environment.put("TMPDIR", scratch);
        environment.putAll(spec.environment());
        environment.put("LUMIERE_WORKER_LISTEN", "unix:" + own.resolve("w.sock"));
        environment.put("LUMIERE_WORKER_SOURCE", source.resolve("s.sock").toString());
        return environment;
    }

    SandboxReport report(String memory, List<String> missing) {
        var reasons = new ArrayList<>(missing);
        var limits = new ArrayList<String>();
        if (prlimit == null) {
            reasons.add("no limits on files and threads: prlimit is not installed");
        } else {
            limits.add(String.join(" ", limits()).replace("--", ""));
        }
        if (nice == null) {
            reasons.add("no lower priority: nice is not installed");
        } else {
            limits.add("nice " + NICENESS);
        }
        if (bubblewrap != null || setpriv != null) {
            limits.add("ends with the node");
        } else {
            reasons.add("instances may outlive a killed node: setpriv is not installed");
        }
        if (bubblewrap != null) {
            limits.add("/tmp of " + (scratchMaxBytes >> 20) + " MiB");
            limits.add("no capabilities, no new privileges");
        }
        if (bubblewrap != null && bubblewrap.filter() != null) {
            limits.add("system call filter");
        }
        return new SandboxReport(
                sandboxed(),
                bubblewrap == null ? "none" : bubblewrap.version(),
                memory,
                user() == null ? System.getProperty("user.name") : "uid " + user(),
                limits,
                reasons);
    }

    private List<String> limits() {
        var limits = new ArrayList<String>();
        limits.add("--core=0");
        limits.add("--nofile=" + MAX_OPEN_FILES);
        limits.add("--fsize=" + scratchMaxBytes);
        if (user() != null) {
            limits.add("--nproc=" + MAX_THREADS); // Counted per user, so only for one of its own.
        }
        return limits;
    }
}
