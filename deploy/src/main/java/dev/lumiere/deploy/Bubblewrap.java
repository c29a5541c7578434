package dev.lumiere.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process without network that sees the system's programs and libraries, what it was given, its
 * own folder and nothing else, all read-only but its folder and a bounded {@code /tmp}. It runs as
 * an unprivileged user without capabilities, in namespaces of its own that end with it, and dies
 * with the thread that started it.
 *
 * @see <a href="https://github.com/containers/bubblewrap">bubblewrap</a>
 */
final class Bubblewrap {
    static final Path INSIDE_FOLDER = Path.of("/run/lumiere");
    static final Path INSIDE_SOURCE = Path.of("/run/lumiere-source");

    /** The user {@code nobody}: owns nothing. */
    static final int UNPRIVILEGED = 65_534;

    /** Where a wrapper script opens the seccomp program. */
    static final int FILTER_DESCRIPTOR = 9;

    private static final int TRIAL_SECONDS = 10;
    private static final List<String> SYSTEM = List.of("bin", "sbin", "lib", "lib32", "lib64");
    private static final List<String> SETTINGS =
            List.of(
                    "/etc/alternatives",
                    "/etc/fonts",
                    "/etc/ld.so.cache",
                    "/etc/ld.so.conf",
                    "/etc/ld.so.conf.d",
                    "/etc/localtime",
                    "/etc/mime.types",
                    "/var/cache/fontconfig");

    private final Path program;
    private final String version;
    private final @Nullable Path setpriv;
    private final long scratchMaxBytes;
    private final @Nullable Path filter;

    private Bubblewrap(
            Path program,
            String version,
            @Nullable Path setpriv,
            long scratchMaxBytes,
            @Nullable Path filter) {
        this.program = program;
        this.version = version;
        this.setpriv = setpriv;
        this.scratchMaxBytes = scratchMaxBytes;
        this.filter = filter;
    }

    /**
     * Finds bubblewrap and tries it out as it will be used.
     *
     * @param asRoot whether this process is root and can give instances another user
     * @param folder of a trial instance, made already
     * @param filter the seccomp program, null for none
     * @param reasons gets why there is none
     */
    static Optional<Bubblewrap> find(
            Programs programs,
            boolean asRoot,
            Path folder,
            Path source,
            long scratchMaxBytes,
            @Nullable Path filter,
            List<String> reasons) {
        var program = programs.find("bwrap");
        var setpriv = programs.find("setpriv");
        if (program == null) {
            reasons.add("no sandbox: bubblewrap is not installed");
            return Optional.empty();
        }
        if (asRoot && setpriv == null) {
            reasons.add("no sandbox: as root it needs setpriv, which is not installed");
            return Optional.empty();
        }
        var version = "";
        try {
            version = output(List.of(program.toString(), "--version"));
            var found =
                    new Bubblewrap(
                            program, version, asRoot ? setpriv : null, scratchMaxBytes, filter);
            var trial = new ArrayList<>(Wrapper.of(List.of(), filter));
            trial.addAll(found.command(folder, source, List.of(), List.of("/usr/bin/true")));
            output(trial);
            return Optional.of(found);
        } catch (IOException e) {
            reasons.add(
                    (filter == null ? "no sandbox: " : "no system call filter: ") + e.getMessage());
            return Optional.empty();
        }
    }

    String version() {
        return version;
    }

    /** The seccomp program, null for none. */
    @Nullable Path filter() {
        return filter;
    }

    /** Who instances run as outside, null for this process's own user. */
    @Nullable Integer user() {
        return setpriv == null ? null : UNPRIVILEGED;
    }

    /** The command that runs {@code inner} inside. */
    List<String> command(Path folder, Path source, List<Path> readOnly, List<String> inner)
            throws IOException {
        var c = new ArrayList<String>();
        add(c, program.toString(), "--die-with-parent", "--new-session", "--hostname", "worker");
        add(c, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts");
        add(c, "--unshare-cgroup-try");
        if (setpriv == null) {
            var user = Integer.toString(UNPRIVILEGED);
            add(c, "--unshare-user", "--disable-userns", "--uid", user, "--gid", user);
        }
        if (filter != null) {
            add(c, "--seccomp", Integer.toString(FILTER_DESCRIPTOR));
        }
        addSystem(c);
        add(c, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev");
        add(c, "--perms", "1777", "--size", Long.toString(scratchMaxBytes), "--tmpfs", "/tmp");
        for (var path : readOnly) {
            addParents(c, path);
            add(c, "--ro-bind", path.toRealPath().toString(), path.toString());
        }
        addParents(c, INSIDE_FOLDER);
        add(c, "--bind", folder.toString(), INSIDE_FOLDER.toString());
        add(c, "--ro-bind", source.toString(), INSIDE_SOURCE.toString());
        add(c, "--remount-ro", "/", "--chdir", "/tmp", "--cap-drop", "ALL");
        if (setpriv != null) {
            add(c, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID");
            add(c, "--cap-add", "CAP_SETPCAP", "--");
            add(c, setpriv.toString(), "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED);
            add(c, "--clear-groups", "--inh-caps=-all", "--ambient-caps=-all");
            add(c, "--bounding-set=-all", "--no-new-privs");
        }
        add(c, "--");
        c.addAll(inner);
        return c;
    }

    private static void addSystem(List<String> c) throws IOException {
        add(c, "--ro-bind", "/usr", "/usr");
        for (var name : SYSTEM) {
            var path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                add(c, "--symlink", Files.readSymbolicLink(path).toString(), path.toString());
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                add(c, "--ro-bind", path.toString(), path.toString());
            }
        }
        for (var path : SETTINGS) {
            addParents(c, Path.of(path));
            add(c, "--ro-bind-try", path, path);
        }
        try (var java = Files.newDirectoryStream(Path.of("/etc"), "java-*")) {
            for (var path : java) {
                add(c, "--ro-bind", path.toString(), path.toString());
            }
        }
    }

    /** Left to itself, bubblewrap makes missing parents closed to all but root. */
    private static void addParents(List<String> c, Path path) {
        for (var i = 1; i < path.getNameCount(); i++) {
            add(c, "--perms", "0755", "--dir", "/" + path.subpath(0, i));
        }
    }

    private static void add(List<String> command, String... words) {
        command.addAll(List.of(words));
    }

    /** The first line a program prints, which is short; as an exception if it fails. */
    private static String output(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("bubblewrap did not end in " + TRIAL_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        try (var out = process.inputReader()) {
            var line = Objects.requireNonNullElse(out.readLine(), "");
            if (process.exitValue() != 0) {
                throw new IOException(line.isEmpty() ? "bubblewrap failed" : line);
            }
            return line;
        }
    }
}
