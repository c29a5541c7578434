package dev.lumiere.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.contentOf;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import dev.lumiere.deploy.RunningInstance.Exit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What a worker in the sandbox can and cannot do, tried by a real one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private Path folder;
    private ProcessRuntime runtime;
    private RunningInstance worker;

    @BeforeAll
    void startOneWorker(@TempDir Path temp) throws IOException {
        folder = temp;
        runtime = ProcessRuntime.open(Deployments.config(folder, SandboxMode.AUTO));
        demand(runtime.sandbox(), isDebianAsRoot());
        worker = started(runtime, "trial-1", Deployments.worker(1, "a"));
    }

    @AfterAll
    void stop() {
        runtime.close();
    }

    private RunningInstance started(ProcessRuntime runtime, String id, ServiceSpec spec)
            throws IOException {
        var instance = runtime.start(id, Slot.of(spec).getFirst(), spec);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() ->
                        instance.exit().isDone()
                                || (instance.listening()
                                        && UnixHttp.get(instance.address(), "/ready")
                                                .equals("ready")));
        assertThat(instance.exit().isDone())
                .as(() -> contentOf(folder.resolve("log/trial-a-0.log").toFile()))
                .isFalse();
        return instance;
    }

    /**
     * Where there is no sandbox nothing can be tried. That is no reason to pass where all checks
     * run, and so where it is owed.
     */
    private static void demand(SandboxReport sandbox, boolean owed) {
        if (!owed) {
            Assumptions.assumeTrue(
                    sandbox.inForce(), () -> "no sandbox here: " + sandbox.missing());
        }
        assertThat(sandbox.inForce()).as("%s", sandbox.missing()).isTrue();
    }

    private static boolean isDebianAsRoot() throws IOException {
        return Files.exists(Path.of("/etc/debian_version"))
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    void itsAbsenceFailsTheTestsWhereItIsOwedAndSkipsThemElsewhere(@TempDir Path bare)
            throws IOException {
        var nothing = new Programs(List.of());
        try (var without =
                ProcessRuntime.open(Deployments.config(bare, SandboxMode.AUTO), nothing, "")) {
            var report = without.sandbox();

            assertThatThrownBy(() -> demand(report, true))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("bubblewrap is not installed");
            assertThatThrownBy(() -> demand(report, false))
                    .isInstanceOf(TestAbortedException.class);
        }
    }

    @Test
    void itIsInForceOnDebianAsRoot() throws IOException {
        Assumptions.assumeTrue(isDebianAsRoot());
        var report = runtime.sandbox();

        assertThat(report.inForce()).as("%s", report.missing()).isTrue();
        assertThat(report.isolation()).startsWith("bubblewrap");
        assertThat(report.user()).isEqualTo("uid 65534");
        assertThat(report.limits()).contains("system call filter");
        assertThat(report.json().getBoolean("inForce")).isTrue();
    }

    @Test
    void itServesOnItsUnixSocket() {
        assertThat(UnixHttp.get(worker.address(), "/ready")).isEqualTo("ready");
    }

    @Test
    void itCannotReachAPortOfTheHost() throws IOException {
        try (var host = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(UnixHttp.get(worker.address(), "/connect?" + host.getLocalPort()))
                    .contains("ConnectException");
        }
    }

    @Test
    void itReachesTheSourceSocket() throws IOException {
        try (var source = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            source.bind(UnixDomainSocketAddress.of(runtime.sourceSocket()));
            var other = started(runtime, "trial-2", Deployments.worker(1, "a"));

            assertThat(UnixHttp.get(other.address(), "/source")).isEqualTo("done");
            other.kill();
        }
    }

    @Test
    void itReadsNoFileItWasNotGiven() throws IOException {
        var secret = Files.writeString(folder.resolve("secret"), "of another tenant");
        for (var path : new String[] {secret.toString(), "/etc/shadow", "/etc/passwd"}) {
            assertThat(UnixHttp.get(worker.address(), "/read?" + path))
                    .as(path)
                    .startsWith("failed");
        }
        assertThat(UnixHttp.get(worker.address(), "/read?/etc/ld.so.conf")).isEqualTo("done");
        assertThat(UnixHttp.get(worker.address(), "/run?/bin/ls+/root")).isEqualTo("status 2");
        assertThat(UnixHttp.get(worker.address(), "/read?/proc/1/environ")).contains("failed");
    }

    @Test
    void itWritesOnlyToItsScratch() {
        for (var path : new String[] {"/usr/x", "/x", "/dev/x", "/dev/shm/x", "/etc/x", "/run/x"}) {
            assertThat(UnixHttp.get(worker.address(), "/write?" + path))
                    .as(path)
                    .startsWith("failed");
        }
        assertThat(UnixHttp.get(worker.address(), "/write?/tmp/x")).isEqualTo("done");
    }

    @Test
    void itCannotPutAnotherSocketInPlaceOfItsOwn() throws IOException {
        Assumptions.assumeTrue(isDebianAsRoot());
        assertThat(UnixHttp.get(worker.address(), "/run?/bin/rm+-f+/run/lumiere/w.sock"))
                .isEqualTo("status 1");
        assertThat(UnixHttp.get(worker.address(), "/write?/run/lumiere/x")).startsWith("failed");
    }

    @Test
    void itsScratchIsBounded() {
        assertThat(UnixHttp.get(worker.address(), "/fill?64")).startsWith("failed");
    }

    @Test
    void itMakesNoNamespacesOfItsOwn() {
        assertThat(UnixHttp.get(worker.address(), "/run?/usr/bin/unshare+--user+/bin/true"))
                .isNotEqualTo("status 0");
        assertThat(UnixHttp.get(worker.address(), "/run?/bin/true")).isEqualTo("status 0");
    }

    @Test
    void itSeesTheEnvironmentItWasGivenAndNoOther() {
        assertThat(UnixHttp.get(worker.address(), "/environment"))
                .contains("LUMIERE_WORKER_CONCURRENCY=1", "MALLOC_ARENA_MAX=2")
                .contains("LUMIERE_WORKER_SOURCE=/run/lumiere-source/s.sock")
                .doesNotContain("JAVA_HOME", "USER=");
    }

    @Test
    void itDiesOverItsMemoryLimitAndLeavesNothing() throws Exception {
        var greedy = started(runtime, "trial-3", Deployments.worker(1, "a"));
        assertThat(UnixHttp.get(greedy.address(), "/grow?64")).isEqualTo("done");

        assertThat(UnixHttp.get(greedy.address(), "/grow?512")).isEmpty();

        var exit = greedy.exit().get(30, TimeUnit.SECONDS);
        assertThat(exit).isEqualTo(new Exit(137, true));
        assertThat(folder.resolve("run/trial-3")).doesNotExist();
        assertThat(folder.resolve("run/trial-3.pid")).doesNotExist();
        assertThat(UnixHttp.get(worker.address(), "/ready")).isEqualTo("ready");
    }

    @Test
    void itEndsInOrderWhenTold() throws Exception {
        var spec = Deployments.worker(1, "told");
        var told = started(runtime, "trial-4", spec);
        told.terminate();

        assertThat(told.exit().get(30, TimeUnit.SECONDS).status()).isEqualTo(143);
        var log = folder.resolve("log/trial-told-0.log");
        await().atMost(SOON).until(() -> Files.readString(log).contains("told to stop"));
    }

    @Test
    void thePidIsTheWorkersOwn() throws Exception {
        var victim = started(runtime, "trial-5", Deployments.worker(1, "a"));
        var name = Files.readString(Path.of("/proc/" + victim.pid() + "/comm"));
        assertThat(name.strip()).isEqualTo("java");

        ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
        assertThat(victim.exit().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit(137, false));
    }

    /** It has a session of its own, and Linux may schedule sessions, not processes. */
    @Test
    void itsSessionGivesWayToo() throws Exception {
        var worker = started(runtime, "trial-7", Deployments.worker(1, "a"));
        var group = Path.of("/proc/" + worker.pid() + "/autogroup");
        assumeTrue(Files.exists(group), "a kernel without CONFIG_SCHED_AUTOGROUP");
        assertThat(Files.readString(group)).endsWith("nice 15\n");
        worker.kill();
    }

    @Test
    void theHostSeesNoneOfItsFilesToOthers() throws IOException {
        assertThat(Files.getPosixFilePermissions(folder.resolve("run"), LinkOption.NOFOLLOW_LINKS))
                .hasSize(3);
    }
}
