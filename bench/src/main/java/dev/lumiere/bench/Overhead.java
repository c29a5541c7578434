package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** 6 KB made by another server, through the platform and through a plain proxy. */
final class Overhead {
    private Overhead() {}

    static Scenario scenario(Machine machine, Options options)
            throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Overhead: an uncached 6 KB answer of another server, through gateway and proxy",
                        "nginx proxy_pass",
                        new Wrk(machine, options.connections()));
        var peers = new Peers(machine);
        var folder = Files.createDirectories(machine.scratch().resolve("small"));
        Files.writeString(folder.resolve("source.txt"), "light\n".repeat(100));
        Files.writeString(folder.resolve("answer.txt"), "x".repeat(6 * 1024));
        // a POST to a static file is 405 for nginx, which error_page turns into the file itself
        var echo =
                peers.nginx(
                        "echo",
                        "",
                        """
                        server { listen {port}; root %s; open_file_cache max=16; client_max_body_size 20M;
                          location = /ready { return 200 ready; }
                          location = /health { return 200 "{}"; }
                          location = /handler { error_page 405 =200 /answer.txt; try_files /answer.txt =404; }
                        }\
                        """
                                .formatted(folder),
                        "/handler");
        if (options.has("lumiere")) {
            var lumiere = peers.lumiere(folder, "0");
            CustomWorker.keepRegistered(machine, lumiere.secondPort(), echo.port());
            var target = "/bench/source.txt?echo6k/{n}";
            waitFor(machine, lumiere.port(), target.replace("{n}", "0"));
            scenario.add("lumiere", lumiere, List.of(target));
        }
        var proxy =
                peers.nginx(
                        "proxy",
                        "",
                        """
                        upstream echo { server 127.0.0.1:%d; keepalive 32; }
                        server { listen {port};
                          location / { proxy_pass http://echo/handler; proxy_http_version 1.1; proxy_set_header Connection ""; }
                        }\
                        """
                                .formatted(echo.port()),
                        "/");
        scenario.add("nginx proxy_pass", proxy, List.of("/?n={n}"));
        for (var peer : scenario.peers()) {
            var target = peer.targets().getFirst().replace("{n}", "1");
            var bytes = machine.body(peer.port(), target).length;
            scenario.answersOf(peer, new Scenario.Answers(bytes, null));
        }
        return scenario;
    }

    private static void waitFor(Machine machine, int port, String target)
            throws IOException, InterruptedException {
        for (var tries = 0; tries < 100; tries++) {
            if (machine.get(port, target).statusCode() == 200) {
                return;
            }
            Thread.sleep(100);
        }
        machine.body(port, target);
    }
}
