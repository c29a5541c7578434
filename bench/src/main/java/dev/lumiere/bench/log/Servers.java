package dev.lumiere.bench.log;

import dev.lumiere.bench.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The servers that others' logs are in, started for the bench; it stops them. */
final class Servers {
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final Machine machine;

    /** One that runs. */
    record Server(Process process, String address) {}

    Servers(Machine machine) {
        this.machine = machine;
    }

    /** Null if none is installed. */
    @Nullable Server postgres() throws IOException, InterruptedException {
        var initdb = postgresProgram("initdb");
        var postgres = postgresProgram("postgres");
        if (initdb == null || postgres == null) {
            return null;
        }
        var folder = Files.createDirectories(machine.scratch().resolve("postgres"));
        if (isRoot()) { // whom it refuses to serve
            machine.run("chmod", "755", machine.scratch().toString());
            machine.run("chown", "postgres", folder.toString());
        }
        var data = folder.resolve("data").toString();
        machine.run(as(List.of(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")));
        var port = machine.freePort();
        var process =
                machine.start(
                        "postgres",
                        Map.of(),
                        List.of(
                                as(
                                        List.of(
                                                postgres,
                                                "-D",
                                                data,
                                                "-p",
                                                "" + port,
                                                "-h",
                                                "127.0.0.1",
                                                "-k",
                                                folder.toString(),
                                                "-c",
                                                "max_connections=300"))));
        var url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        var end = System.nanoTime() + START_WITHIN.toNanos();
        while (true) {
            try (var _ = DriverManager.getConnection(url, "postgres", "")) {
                return new Server(process, url);
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("PostgreSQL did not start", e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static String[] as(List<String> command) {
        var all = new ArrayList<String>();
        if (isRoot()) {
            all.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        all.addAll(command);
        return all.toArray(String[]::new);
    }

    private static @Nullable String postgresProgram(String name) throws IOException {
        var versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            var found = Machine.program(name);
            return found == null ? null : found.toString();
        }
        try (var folders = Files.list(versions)) {
            return folders.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .max(Comparator.comparing(Path::toString))
                    .map(Path::toString)
                    .orElse(null);
        }
    }

    /** One broker that is its own controller. */
    Server kafka() throws IOException, InterruptedException {
        var port = machine.freePort();
        var controller = machine.freePort();
        var properties = machine.scratch().resolve("kafka.properties");
        Files.writeString(
                properties,
                """
                process.roles=broker,controller
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                inter.broker.listener.name=PLAINTEXT
                controller.quorum.voters=1@127.0.0.1:%2$d
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                log.cleaner.dedupe.buffer.size=4194304
                """
                        .formatted(port, controller, machine.scratch().resolve("kafka")));
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var path = System.getProperty("java.class.path");
        var id = UUID.randomUUID().toString().replace("-", "").substring(0, 22);
        machine.run(
                java,
                "-cp",
                path,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                id,
                "-c",
                properties.toString());
        var process =
                machine.start(
                        "kafka",
                        Map.of(),
                        List.of(
                                java,
                                "-Xmx512m",
                                "-cp",
                                path,
                                "kafka.Kafka",
                                properties.toString()));
        var servers = "127.0.0.1:" + port;
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.describeCluster().nodes().get(START_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("Kafka did not start", e);
        }
        return new Server(process, servers);
    }
}
