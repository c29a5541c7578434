package dev.lumiere.service.balance;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The balancer against the usual strategies, in a world where instances misbehave. The outcome is
 * kept in a file, so that a change to the balancer shows what it changes: run with {@code
 * -Dlumiere.simulation.rewrite=true}, look at the difference, and commit it if it is for the
 * better.
 */
class SimulationTest {
    private static final long SEED = 20_261_123;
    private static final Duration END = ofMinutes(3);
    private static final double CALLS_PER_SECOND = 216;
    private static final List<String> ZONES = List.of("a", "b", "c");

    private static final Path STORED =
            Path.of("src/test/resources/dev/lumiere/service/balance/simulation.md");
    private static final Path DOCUMENT = Path.of("../docs/balancing.md");
    private static final String BEGIN = "<!-- simulation -->\n";
    private static final String TABLE_END = "<!-- end of simulation -->\n";

    private static final String HEAD =
            """
            | scenario       | strategy         | success | p50   | p99    | max    | repeats | own zone | calls per instance, %           |
            |----------------|------------------|--------:|------:|-------:|-------:|-------:|-----:|---------------------------------|
            """;

    @Test
    void theOutcomeIsTheOneThatWasReviewed() throws IOException {
        var table = new StringBuilder(HEAD);
        for (var scenario : scenarios().entrySet()) {
            for (var strategy : strategies()) {
                var results = run(strategy, scenario.getValue());
                table.append(results.row(scenario.getKey(), strategy.name())).append('\n');
            }
        }
        if (Boolean.getBoolean("lumiere.simulation.rewrite")) {
            Files.createDirectories(STORED.getParent());
            Files.writeString(STORED, table);
            Files.writeString(DOCUMENT, withTable(Files.readString(DOCUMENT), table.toString()));
        }

        assertThat(Files.readString(STORED)).isEqualTo(table.toString());
        assertThat(Files.readString(DOCUMENT)).contains(BEGIN + table + TABLE_END);
    }

    private static String withTable(String document, String table) {
        return document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
                + table
                + document.substring(document.indexOf(TABLE_END));
    }

    /** Three zones with three instances each, one caller in each, 60 % of what they can do. */
    static final class World {
        final Simulation simulation = new Simulation(SEED);
        final Map<String, SimulatedInstance> instances = new LinkedHashMap<>();
        final List<Strategy> callers = new ArrayList<>();

        SimulatedInstance join(String id, String zone) {
            var instance = new SimulatedInstance(simulation, id, zone);
            instances.put(id, instance);
            callers.forEach(caller -> caller.joined(instance.instance));
            return instance;
        }

        void at(int second, String id, Consumer<SimulatedInstance> happens) {
            simulation.at(ofSeconds(second), () -> happens.accept(instance(id)));
        }

        private SimulatedInstance instance(String id) {
            return requireNonNull(instances.get(id));
        }
    }

    private static Map<String, Consumer<World>> scenarios() {
        var scenarios = new LinkedHashMap<String, Consumer<World>>();
        scenarios.put("all well", _ -> {});
        scenarios.put(
                "slow instance",
                world -> {
                    world.at(30, "a1", i -> i.slower(10));
                    world.at(120, "a1", i -> i.slower(1));
                });
        scenarios.put(
                "black hole",
                world -> {
                    world.at(30, "a1", i -> i.blackHole(true));
                    world.at(120, "a1", i -> i.blackHole(false));
                });
        scenarios.put(
                "crash",
                world -> {
                    world.at(30, "a1", SimulatedInstance::crash);
                    world.at(120, "a1", SimulatedInstance::restart);
                });
        scenarios.put(
                "errors",
                world -> {
                    world.at(30, "a1", i -> i.fails(0.5));
                    world.at(120, "a1", i -> i.fails(0));
                });
        scenarios.put(
                "cold start",
                world ->
                        world.simulation.at(
                                ofSeconds(60), () -> world.join("a4", "a").cold(ofSeconds(20))));
        scenarios.put(
                "zone loss",
                world -> {
                    for (var id : List.of("c1", "c2", "c3")) {
                        world.at(60, id, SimulatedInstance::crash);
                        world.at(120, id, SimulatedInstance::restart);
                    }
                });
        scenarios.put(
                "all at once",
                world -> {
                    world.at(20, "a1", i -> i.slower(5));
                    world.at(40, "b1", i -> i.blackHole(true));
                    world.at(60, "c1", i -> i.fails(0.5));
                    world.at(80, "c2", SimulatedInstance::crash);
                    world.at(81, "c2", SimulatedInstance::restart);
                    world.at(120, "b1", i -> i.blackHole(false));
                });
        return scenarios;
    }

    private record Tried(String name, Maker strategy, @Nullable Duration hedgeAfter) {}

    private interface Maker {
        Strategy in(Simulation world, String zone);
    }

    private static List<Tried> strategies() {
        return List.of(
                new Tried("round robin", (_, _) -> new Strategy.RoundRobin(), null),
                new Tried("random", (world, _) -> new Strategy.Random(world), null),
                new Tried("least request", (world, _) -> new Strategy.LeastRequest(world), null),
                new Tried("Lumiere", Strategy.Lumiere::new, null),
                new Tried("Lumiere, hedged", Strategy.Lumiere::new, Duration.ofMillis(400)));
    }

    private static Results run(Tried tried, Consumer<World> scenario) {
        var world = new World();
        var results = new Results();
        for (var zone : ZONES) {
            var strategy = tried.strategy().in(world.simulation, zone);
            world.callers.add(strategy);
            new SimulatedCaller(
                            world.simulation,
                            zone,
                            strategy,
                            world.instances,
                            results,
                            tried.hedgeAfter())
                    .callUntil(END, CALLS_PER_SECOND / ZONES.size());
        }
        for (var zone : ZONES) {
            for (var n = 1; n <= 3; n++) {
                world.join(zone + n, zone);
            }
        }
        scenario.accept(world);
        world.simulation.run();
        return results;
    }
}
