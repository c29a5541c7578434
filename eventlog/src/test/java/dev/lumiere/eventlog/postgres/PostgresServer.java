package dev.lumiere.eventlog.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.eventlog.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real PostgreSQL of this machine, in a folder of its own, on a free port of the loopback. */
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final String USER = "postgres";

    private final Path folder;
    private final int port;
    private Process process;

    public PostgresServer() throws Exception {
        folder = Files.createTempDirectory("lumiere-postgres");
        port = FreePorts.one();
        var data = folder.resolve("data").toString();
        if (isRoot()) { // whom it refuses to serve
            run(List.of("chown", USER, folder.toString()));
        }
        run(as(List.of(program("initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8")));
        process = started();
        Runtime.getRuntime().addShutdownHook(new Thread(this::destroy));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Of the newest version that is installed as Debian does, or of the path. */
    private static String program(String name) throws IOException {
        var versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return name;
        }
        try (var folders = Files.list(versions)) {
            return folders.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .max(Comparator.comparing(Path::toString))
                    .map(Path::toString)
                    .orElse(name);
        }
    }

    private static List<String> as(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        var all = new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER));
        all.add("--clear-groups");
        all.addAll(command);
        return all;
    }

    private void run(List<String> command) throws Exception {
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
    }

    private Process started() throws Exception {
        var command =
                as(
                        List.of(
                                program("postgres"),
                                "-D",
                                folder.resolve("data").toString(),
                                "-p",
                                Integer.toString(port),
                                "-h",
                                "127.0.0.1",
                                "-k",
                                folder.toString(),
                                "-c",
                                "fsync=on",
                                "-c",
                                "max_connections=200",
                                "-c",
                                "shared_buffers=64MB"));
        var server =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        var end = System.nanoTime() + START_WITHIN.toNanos();
        while (true) {
            try (var _ = DriverManager.getConnection(url(), USER, "")) {
                return server;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IOException(Files.readString(folder.resolve("log")), e);
                }
                TimeUnit.MILLISECONDS.sleep(20); // until it listens; nothing tells when
            }
        }
    }

    String url() {
        return url(port);
    }

    public int port() {
        return port;
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public PostgresLogConfig config(String schema, int partitions) {
        return config(url(), schema, partitions);
    }

    static PostgresLogConfig config(String url, String schema, int partitions) {
        return new PostgresLogConfig(
                new PostgresDatabase(url, USER, "", schema),
                partitions,
                Duration.ofMillis(900),
                Duration.ofMillis(5));
    }

    public PostgresDatabase database(String schema) {
        return new PostgresDatabase(url(), USER, "", schema);
    }

    /** As a person would. */
    public void sql(String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(url(), USER, "");
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The first column of the first row. */
    public String value(String query) throws SQLException {
        try (var connection = DriverManager.getConnection(url(), USER, "");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "nothing";
        }
    }

    /** As a power cut would, but for what the system still writes. */
    public void kill() throws Exception {
        var children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
        for (var child : children) {
            child.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    public void restart() throws Exception {
        Files.deleteIfExists(folder.resolve("data/postmaster.pid"));
        process = started();
    }

    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        destroy();
        process.onExit().join();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
