package dev.lumiere.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import dev.lumiere.deploy.InstanceView.State;
import dev.lumiere.service.MonotonicInstants;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with real workers, a real registry, and deaths of every kind. */
class NodeAgentTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Query TRIALS = Query.named("trial");

    @TempDir Path folder;
    private final MonotonicInstants clock = new MonotonicInstants();
    private final MemoryRegistry registry = MemoryRegistry.start(clock);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Vertx vertx =
            Vertx.builder().with(new VertxOptions().setPreferNativeTransport(true)).build();
    private ProcessRuntime runtime;
    private NodeAgent agent;

    @BeforeEach
    void start() throws IOException {
        var config = Deployments.config(folder, SandboxMode.AUTO);
        runtime = ProcessRuntime.open(config);
        agent =
                new NodeAgent(
                        vertx,
                        registry,
                        runtime,
                        config,
                        BackOff.DEFAULT,
                        clock,
                        new Random(1),
                        metrics);
    }

    @AfterEach
    void stop() {
        agent.close();
        runtime.close();
        registry.close();
        vertx.close().await();
    }

    private void settled(ServiceSpec... specs) throws InterruptedException {
        agent.desire(new DesiredState(List.of(specs)));
        assertThat(agent.awaitSettled(SOON)).as(() -> agent.instances().toString()).isTrue();
    }

    private static void kill9(InstanceView view) {
        ProcessHandle.of(view.pid()).orElseThrow().destroyForcibly();
    }

    @Test
    void whatIsWantedIsReadyInItsZonesAndListedWithWhatItSaysAboutItself() throws Exception {
        settled(Deployments.worker(2, "a", "b"));

        assertThat(agent.instances()).extracting(InstanceView::zone).containsExactly("a", "b");
        assertThat(registry.find(TRIALS))
                .hasSize(2)
                .allSatisfy(instance -> {
                    assertThat(instance.metadata()).containsEntry("ops", "try");
                    assertThat(instance.identity().version().toString()).isEqualTo("1.2.3");
                    assertThat(UnixHttp.get(instance.addresses().getFirst(), "/ready"))
                            .isEqualTo("ready");
                })
                .extracting(Instance::zone)
                .containsExactlyInAnyOrder("a", "b");
        assertThat(metrics.get("lumiere.deploy.instances").tag("state", "ready").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void aKilledInstanceIsUnlistedAndReplaced() throws Exception {
        settled(Deployments.worker(1, "a"));
        var first = agent.instances().getFirst();
        var told = new ConcurrentLinkedQueue<String>();
        try (var _ =
                registry.watch(TRIALS, change -> told.add(change.getClass().getSimpleName()))) {
            kill9(first);
            await().atMost(SOON).until(() -> told.contains("Up"));
        }

        assertThat(told).containsSubsequence("Members", "Down", "Up");
        assertThat(agent.awaitSettled(SOON)).isTrue();
        var second = agent.instances().getFirst();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.restarts()).isEqualTo(1);
        assertThat(second.lastExit()).contains("status 137");
        assertThat(metrics.get("lumiere.deploy.restarts").counter().count()).isEqualTo(1);
    }

    @Test
    void aZoneThatIsLostLeavesTheOtherAndComesBack() throws Exception {
        settled(Deployments.worker(4, "a", "b"));
        var before = agent.instances();
        before.stream().filter(view -> view.zone().equals("a")).forEach(NodeAgentTest::kill9);

        await().atMost(SOON)
                .until(() ->
                        agent.instances().stream().filter(v -> v.restarts() == 1).count() == 2);
        assertThat(agent.awaitSettled(SOON)).isTrue();
        assertThat(registry.find(TRIALS)).hasSize(4);
        assertThat(agent.instances().subList(2, 4)).isEqualTo(before.subList(2, 4));
    }

    @Test
    void anInstanceThatNoLongerAnswersIsReplaced() throws Exception {
        settled(Deployments.worker(1, "a"));
        var sick = registry.find(TRIALS).getFirst();
        UnixHttp.get(sick.addresses().getFirst(), "/sicken");

        await().atMost(SOON).until(() -> agent.instances().getFirst().restarts() == 1);
        assertThat(agent.awaitSettled(SOON)).isTrue();
        assertThat(agent.instances().getFirst().lastExit()).contains("/ready failed 3 times");
    }

    @Test
    void oneThatCannotStartBacksOffAndLeavesOthersAlone() throws Exception {
        agent.desire(
                new DesiredState(List.of(Deployments.shell("exit 3"), Deployments.worker(1, "a"))));

        await().atMost(SOON)
                .untilAsserted(() -> {
                    var shell = agent.instances().getFirst();
                    assertThat(shell.restarts()).isGreaterThan(2);
                    assertThat(shell.state()).isEqualTo(State.BACKING_OFF);
                    assertThat(shell.lastExit()).contains("status 3");
                    assertThat(shell.pid()).isZero();
                    assertThat(agent.instances().get(1).state()).isEqualTo(State.READY);
                });
    }

    @Test
    void aNewVersionTakesOverWhileTheServiceStaysListed() throws Exception {
        var one = Deployments.worker(2, "a", "b");
        settled(one);
        var two =
                new ServiceSpec(
                        one.name(),
                        Version.parse("2.0.0"),
                        one.command(),
                        one.environment(),
                        2,
                        one.zones(),
                        one.memoryMaxBytes(),
                        one.readOnlyPaths(),
                        one.readyWithin(),
                        one.stopWithin());
        var fewest = new ConcurrentLinkedQueue<Integer>();
        try (var _ = registry.watch(TRIALS, _ -> fewest.add(registry.find(TRIALS).size()))) {
            agent.desire(new DesiredState(List.of(two)));
            await().atMost(SOON)
                    .until(() ->
                            agent.instances().stream()
                                    .allMatch(v ->
                                            v.version().equals(two.version())
                                                    && v.state() == State.READY));
        }
        assertThat(fewest).allMatch(listed -> listed >= 1);
        assertThat(agent.instances()).allMatch(v -> v.restarts() == 0);
    }

    @Test
    void aStopEndsEveryInstanceInOrderAndLeavesNothing() throws Exception {
        settled(Deployments.worker(2, "a", "b"));
        var pids = agent.instances().stream().map(InstanceView::pid).toList();

        agent.close();
        assertThat(registry.find(TRIALS)).isEmpty();
        assertThat(agent.instances()).isEmpty();
        assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());

        runtime.close();
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(folder.resolve("log/trial-a-0.log")).content().contains("told to stop");
    }
}
