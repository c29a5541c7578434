package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A stored object of 100 MB, nginx serving the same bytes as a file. */
final class LargeGets {
    private static final int BYTES = 100_000_000;
    private static final String NAME = "large.bin";

    private LargeGets() {}

    static Scenario scenario(Machine machine, Options options, @Nullable StoringNode node)
            throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Gets of 100 MB",
                        "nginx",
                        new Wrk(machine, Math.min(4, options.connections())));
        var peers = new Peers(machine);
        var folder = Files.createDirectories(machine.scratch().resolve("large"));
        var bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        var file = Files.write(folder.resolve(NAME), bytes);
        if (node != null) {
            node.makeBucket("gets");
            node.put(file, "gets/" + NAME);
            scenario.add("lumiere", node.media(), List.of("/gets/" + NAME));
        }
        var server = "server { listen {port}; root " + folder + "; }";
        scenario.add("nginx", peers.nginx("nginx", "", server, "/" + NAME), List.of("/" + NAME));
        for (var peer : scenario.peers()) {
            scenario.answersOf(peer, new Scenario.Answers(BYTES, null));
        }
        return scenario;
    }
}
