package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Starts the servers to be compared, each as its users would, with the same settings. */
final class Peers {
    private final Machine machine;

    Peers(Machine machine) {
        this.machine = machine;
    }

    record Started(long pid, int port, int secondPort) {}

    /**
     * A node by its own command line. The launcher replaces itself by the node's JVM.
     *
     * @param settings each {@code NAME=VALUE}
     */
    Started lumiere(Path bucket, String resultCache, String... settings)
            throws IOException, InterruptedException {
        var media = machine.freePort();
        var api = machine.freePort();
        var command = new ArrayList<String>();
        command.add(machine.root().resolve("lumiere").toString());
        command.add("up");
        var options =
                List.of(
                        List.of("--media-port", "" + media),
                        List.of("--api-port", "" + api),
                        List.of("--home", machine.scratch().resolve("home").toString()),
                        List.of("--bucket", "bench=" + bucket),
                        List.of("--result-cache", resultCache));
        options.forEach(command::addAll);
        for (var setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        var process = machine.start("lumiere", Map.of(), command);
        machine.await("lumiere", process, api, "/ready");
        return new Started(process.pid(), media, api);
    }

    /** A script of {@code bench/peers} under node. */
    Started node(String name, Path folder, String firstTarget)
            throws IOException, InterruptedException {
        var port = machine.freePort();
        var script = machine.root().resolve("bench/peers/" + name + "-server.mjs");
        var process =
                machine.start(
                        name,
                        Map.of(),
                        List.of("node", script.toString(), "" + port, folder.toString()));
        machine.await(name, process, port, firstTarget);
        return new Started(process.pid(), port, 0);
    }

    /** nginx in the foreground, with one server of these lines. */
    Started nginx(String name, String modules, String server, String firstTarget)
            throws IOException, InterruptedException {
        var port = machine.freePort();
        var home = Files.createDirectories(machine.scratch().resolve(name));
        var config = home.resolve("nginx.conf");
        Files.writeString(
                config,
                """
                %s
                user %s;
                daemon off;
                worker_processes %d;
                pid %s/pid;
                error_log %s/error.log error;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  tcp_nodelay on;
                  keepalive_requests 1000000000;
                  default_type application/octet-stream;
                  types { image/jpeg jpg; text/plain txt; }
                  client_body_temp_path %s/body; proxy_temp_path %s/proxy; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;
                  %s
                }
                """
                        .formatted(
                                modules,
                                System.getProperty("user.name"),
                                Runtime.getRuntime().availableProcessors(),
                                home,
                                home,
                                home,
                                home,
                                home,
                                home,
                                home,
                                server.replace("{port}", "127.0.0.1:" + port)));
        var nginx = Objects.requireNonNull(Machine.program("nginx"), "nginx");
        var process =
                machine.start(
                        name,
                        Map.of(),
                        List.of(
                                nginx.toString(),
                                "-e",
                                home.resolve("error.log").toString(),
                                "-c",
                                config.toString()));
        machine.await(name, process, port, firstTarget);
        return new Started(process.pid(), port, 0);
    }
}
