package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The same small picture for every request. */
final class Hot {
    private Hot() {}

    static Scenario scenario(Machine machine, Options options)
            throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Hot: one 200×200 JPEG from memory, nginx serving the same bytes as a file",
                        "nginx static",
                        new Wrk(machine, options.connections()));
        var sources = Sources.make(machine);
        var peers = new Peers(machine);
        var folder = Files.createDirectories(machine.scratch().resolve("static"));
        var picture = folder.resolve("thumbnail.jpg");
        if (!options.has("lumiere")) {
            machine.run(
                    "vipsthumbnail",
                    sources.resolve(Sources.name(0)).toString(),
                    "--size",
                    "200x200",
                    "--smartcrop",
                    "centre",
                    "-o",
                    picture + "[Q=80,strip]");
        } else {
            var target = "/bench/" + Sources.name(0) + "?imageView2/1/w/200/h/200/q/80";
            var lumiere = peers.lumiere(sources, "256MiB");
            Files.write(picture, machine.body(lumiere.port(), target));
            scenario.add("lumiere", lumiere, List.of(target));
        }
        var nginx =
                peers.nginx(
                        "nginx",
                        "",
                        "server { listen {port}; root " + folder + "; open_file_cache max=16; }",
                        "/thumbnail.jpg");
        scenario.add("nginx static", nginx, List.of("/thumbnail.jpg"));
        for (var peer : scenario.peers()) {
            var bytes = machine.body(peer.port(), peer.targets().getFirst()).length;
            scenario.answersOf(peer, new Scenario.Answers(bytes, null));
        }
        return scenario;
    }
}
