package dev.lumiere.deploy;

import dev.lumiere.deploy.DeployConfig.SandboxMode;
import dev.lumiere.service.registry.Version;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the tests deploy. */
final class Deployments {
    private Deployments() {}

    static DeployConfig config(Path folder, SandboxMode sandbox) {
        return new DeployConfig(
                folder.resolve("run"),
                folder.resolve("log"),
                sandbox,
                "lumiere",
                "test",
                "here",
                "host",
                1L << 20,
                2,
                16L << 20,
                Duration.ofSeconds(15),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                3);
    }

    /** The {@link TestWorker}. */
    static ServiceSpec worker(int instances, String... zones) {
        var classes = classes();
        var java = Path.of(System.getProperty("java.home"));
        return new ServiceSpec(
                "trial",
                Version.parse("1.2.3"),
                List.of(
                        java.resolve("bin/java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        classes.toString(),
                        TestWorker.class.getName()),
                Map.of("LUMIERE_WORKER_CONCURRENCY", "1"),
                instances,
                List.of(zones),
                256L << 20,
                List.of(java, classes),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10));
    }

    static ServiceSpec shell(String script) {
        var base = worker(1, "a");
        return new ServiceSpec(
                "shell",
                base.version(),
                List.of("/bin/sh", "-c", script),
                base.environment(),
                1,
                base.zones(),
                base.memoryMaxBytes(),
                List.of(),
                base.readyWithin(),
                base.stopWithin());
    }

    static Path classes() {
        try {
            return Path.of(
                    TestWorker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
