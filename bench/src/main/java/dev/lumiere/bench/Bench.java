package dev.lumiere.bench;

import dev.lumiere.bench.log.LogReport;
import dev.lumiere.bench.storage.CatalogAlone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code ./lumiere bench NAME [--rounds N] [--seconds N] [--connections N] [--without PEER]}. */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        var options = Options.parse(arguments);
        if (options == null) {
            System.err.println(Options.USAGE);
            System.exit(2);
            return;
        }
        var root = Path.of(System.getProperty("lumiere.root", ".")).toAbsolutePath();
        var out = Files.createDirectories(root.resolve("bench/target/bench"));
        try (var machine = Machine.open(root)) {
            var report =
                    switch (options.name()) {
                        case "overload" -> Overload.report(machine, options);
                        case "catalog" -> CatalogAlone.report(machine, options);
                        case "log" -> LogReport.of(machine, options);
                        default -> compare(scenarios(machine, options), options);
                    };
            System.out.println(report);
            var file = out.resolve(options.name() + ".md");
            Files.writeString(file, report);
            System.out.println("Written to " + file);
        }
        System.exit(0); // the HTTP client's threads are not waited for
    }

    private static List<Scenario> scenarios(Machine machine, Options options)
            throws IOException, InterruptedException {
        return switch (options.name()) {
            case "thumbnails" -> List.of(Thumbnails.scenario(machine, options));
            case "formats" -> Formats.scenarios(machine, options);
            case "srcset" -> List.of(Srcset.scenario(machine, options));
            case "storage" -> storage(machine, options);
            case "hot" -> List.of(Hot.scenario(machine, options));
            default -> List.of(Overhead.scenario(machine, options));
        };
    }

    private static List<Scenario> storage(Machine machine, Options options)
            throws IOException, InterruptedException {
        var node = options.has("lumiere") ? StoringNode.start(machine, new Peers(machine)) : null;
        return List.of(
                SmallPuts.scenario(machine, options, node),
                LargeGets.scenario(machine, options, node));
    }

    private static String compare(List<Scenario> scenarios, Options options)
            throws IOException, InterruptedException {
        var reports = new ArrayList<String>();
        for (var scenario : scenarios) {
            reports.add(run(scenario, options));
        }
        return String.join("\n", reports);
    }

    private static String run(Scenario scenario, Options options)
            throws IOException, InterruptedException {
        for (var peer : scenario.peers()) {
            System.err.println("warming up " + peer.name());
            scenario.load(peer, options.warmUpSeconds());
        }
        var rounds = new ArrayList<Round>();
        for (var round = 1; round <= options.rounds(); round++) {
            // every second round the other way about, so that no peer always follows the same one
            var order = round % 2 == 1 ? scenario.peers() : scenario.peers().reversed();
            for (var peer : order) {
                var measured = measure(scenario, peer, options.seconds());
                System.err.printf("round %d  %-24s %s%n", round, peer.name(), measured.inWords());
                rounds.add(measured);
            }
        }
        return new Report(scenario, options, List.copyOf(rounds)).markdown();
    }

    private static Round measure(Scenario scenario, Peer peer, int seconds)
            throws IOException, InterruptedException {
        var tree = new ProcessTree(peer.pid());
        var before = tree.cpuMillis();
        Load load;
        long memory;
        try (var watch = tree.watchMemory()) {
            load = scenario.load(peer, seconds);
            memory = watch.peakPssBytes();
        }
        return new Round(peer.name(), load, tree.cpuMillis() - before, memory);
    }
}
