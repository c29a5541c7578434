package dev.lumiere.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessRuntimeTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Programs NONE = new Programs(List.of());

    @TempDir Path folder;

    /** A node that starts one instance and tells its pid, until it is killed. */
    static final class Node {
        private Node() {}

        static void main(String[] args) throws Exception {
            var config = Deployments.config(Path.of(args[0]), SandboxMode.valueOf(args[1]));
            var runtime = ProcessRuntime.open(config);
            var spec = Deployments.shell("while true; do sleep 1000; done");
            var instance = runtime.start("sleeper", Slot.of(spec).getFirst(), spec);
            await().atMost(SOON).until(() -> ProcessTree.of(instance.pid()).size() > 1);
            System.out.println(instance.pid());
            instance.exit().join();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SandboxMode.class,
            names = {"AUTO", "OFF"})
    void aNodeThatIsKilledLeavesNoInstanceAndTheNextFindsNothing(SandboxMode mode)
            throws Exception {
        var node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Node.class.getName(),
                                folder.toString(),
                                mode.name())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var out = node.inputReader()) {
            var line = out.readLine();
            while (line != null && !line.matches("\\d+")) {
                line = out.readLine();
            }
            var instance = ProcessHandle.of(Long.parseLong(String.valueOf(line))).orElseThrow();
            assertThat(instance.isAlive()).isTrue();

            node.destroyForcibly();
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
            instance.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(folder.resolve("run/sleeper.pid")).exists();

        try (var _ = ProcessRuntime.open(Deployments.config(folder, mode))) {
            assertThat(folder.resolve("run/sleeper.pid")).doesNotExist();
            assertThat(folder.resolve("run/sleeper")).doesNotExist();
        }
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void whatAnEarlierNodeLeftIsKilledOnlyIfItIsTheSameProcess() throws Exception {
        var sleep = List.of("/bin/sleep", "1000");
        var ours = new ProcessBuilder(sleep).start();
        var another = new ProcessBuilder(sleep).start();
        try {
            var run = Files.createDirectory(folder.resolve("run"));
            Files.writeString(
                    run.resolve("a.pid"), ours.pid() + " " + ProcessTree.stamp(ours.pid()));
            Files.writeString(run.resolve("b.pid"), another.pid() + " 12345 another-boot");
            Files.writeString(run.resolve("c.pid"), "");

            try (var _ = ProcessRuntime.open(Deployments.config(folder, SandboxMode.OFF))) {
                assertThat(ours.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(another.isAlive()).isTrue();
            }
        } finally {
            ours.destroyForcibly();
            another.destroyForcibly();
        }
    }

    @Test
    void withoutBubblewrapAndGroupsItRunsPlainProcessesAndSaysSo() throws Exception {
        var config = Deployments.config(folder, SandboxMode.AUTO);
        try (var runtime = ProcessRuntime.open(config, NONE, "")) {
            var report = runtime.sandbox();
            assertThat(report.inForce()).isFalse();
            assertThat(report.isolation()).isEqualTo("none");
            assertThat(report.memory()).isEqualTo("resident memory watched");
            assertThat(report.missing())
                    .contains("no sandbox: bubblewrap is not installed")
                    .anyMatch(reason -> reason.startsWith("no memory limit by the kernel"));

            var spec = Deployments.shell("exit 7");
            var instance = runtime.start("one", Slot.of(spec).getFirst(), spec);
            assertThat(instance.exit().get(30, TimeUnit.SECONDS).status()).isEqualTo(7);
        }
    }

    /** Field 19 of proc(5)'s stat is the nice value; ours is the node's. */
    @ParameterizedTest
    @EnumSource(names = {"OFF", "AUTO"})
    void instancesGiveWayToTheNode(SandboxMode mode) throws Exception {
        var config = Deployments.config(folder, mode);
        try (var runtime = ProcessRuntime.open(config)) {
            var nice = "cut -d' ' -f19 /proc/self/stat";
            var own = new ProcessBuilder("/bin/sh", "-c", nice).start();
            var before = Integer.parseInt(own.inputReader().readLine());
            var spec = Deployments.shell("test $(%s) = %d && exit 7".formatted(nice, before + 15));
            var instance = runtime.start("one", Slot.of(spec).getFirst(), spec);
            assertThat(instance.exit().get(30, TimeUnit.SECONDS).status()).isEqualTo(7);
            assertThat(runtime.sandbox().limits()).contains("nice 15");
        }
    }

    @Test
    void withoutGroupsTheWatchKillsWhatIsOverItsMemory() throws Exception {
        var config = Deployments.config(folder, SandboxMode.OFF);
        try (var runtime = ProcessRuntime.open(config, Programs.OF_THE_SYSTEM, "")) {
            var spec = Deployments.worker(1, "a");
            var greedy = runtime.start("greedy", Slot.of(spec).getFirst(), spec);
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() ->
                            greedy.listening()
                                    && !UnixHttp.get(greedy.address(), "/ready").isEmpty());
            UnixHttp.get(greedy.address(), "/grow?512");

            assertThat(greedy.exit().get(30, TimeUnit.SECONDS))
                    .isEqualTo(new RunningInstance.Exit(137, true));
        }
    }

    @Test
    void aRequiredSandboxThatIsNotThereIsRefused() {
        var config = Deployments.config(folder, SandboxMode.REQUIRED);
        assertThatThrownBy(() -> ProcessRuntime.open(config, NONE, ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bubblewrap is not installed");
    }

    @Test
    void aFolderInUseIsRefusedAndItsInstancesAreLeftAlone() throws Exception {
        var config = Deployments.config(folder, SandboxMode.AUTO);
        try (var runtime = ProcessRuntime.open(config)) {
            var spec = Deployments.shell("sleep 1000");
            var instance = runtime.start("one", Slot.of(spec).getFirst(), spec);

            assertThatThrownBy(() -> ProcessRuntime.open(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another node");
            assertThat(instance.exit()).isNotDone();
        }
    }

    @Test
    void aCommandThatIsNotThereEndsAndLeavesNothing() throws Exception {
        var config = Deployments.config(folder, SandboxMode.AUTO);
        try (var runtime = ProcessRuntime.open(config)) {
            var base = Deployments.shell("");
            var spec =
                    new ServiceSpec(
                            "none",
                            base.version(),
                            List.of("/usr/bin/not-there"),
                            base.environment(),
                            1,
                            base.zones(),
                            base.memoryMaxBytes(),
                            List.of(),
                            base.readyWithin(),
                            base.stopWithin());
            var instance = runtime.start("none", Slot.of(spec).getFirst(), spec);

            assertThat(instance.exit().get(30, TimeUnit.SECONDS).status()).isNotZero();
            assertThat(folder.resolve("run/none")).doesNotExist();
        }
    }

    @Test
    void aPathToReadThatIsNotThereIsSaidAtTheStart() throws Exception {
        var config = Deployments.config(folder, SandboxMode.AUTO);
        try (var runtime = ProcessRuntime.open(config)) {
            org.junit.jupiter.api.Assumptions.assumeTrue(runtime.sandbox().inForce());
            var base = Deployments.worker(1, "a");
            var spec =
                    new ServiceSpec(
                            base.name(),
                            base.version(),
                            base.command(),
                            base.environment(),
                            1,
                            base.zones(),
                            base.memoryMaxBytes(),
                            List.of(folder.resolve("not-there.jar")),
                            base.readyWithin(),
                            base.stopWithin());
            assertThatThrownBy(() -> runtime.start("none", Slot.of(spec).getFirst(), spec))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not-there.jar");
            assertThat(folder.resolve("run/none")).doesNotExist();
        }
    }

    @Test
    void outputIsKeptInFilesOfBoundedSizeHoweverMuchThereIs() throws Exception {
        var config = Deployments.config(folder, SandboxMode.OFF);
        try (var runtime = ProcessRuntime.open(config)) {
            var spec = Deployments.shell("head -c 5000000 /dev/zero; echo the end");
            var instance = runtime.start("loud", Slot.of(spec).getFirst(), spec);
            assertThat(instance.exit().get(30, TimeUnit.SECONDS).status()).isZero();
        }
        var log = folder.resolve("log/shell-a-0.log");
        await().atMost(SOON).until(() -> Files.readString(log).endsWith("the end\n"));
        assertThat(Files.size(log)).isLessThanOrEqualTo(1 << 20);
        assertThat(folder.resolve("log/shell-a-0.log.1")).exists();
        assertThat(folder.resolve("log/shell-a-0.log.2")).doesNotExist();
    }
}
