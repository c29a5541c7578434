package dev.lumiere.deploy;

import dev.lumiere.service.Settings;
import dev.lumiere.service.registry.Registry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

/**
 * How a node runs its instances.
 *
 * @param runtimeFolder short, since sockets lie in it; of this node alone; made if it is not there
 * @param logFolder of the instances' output
 * @param sandbox what to do where no sandbox can be had
 * @param username the first part of the instances' identity
 * @param environment such as {@code production}
 * @param hostname callers with the same name may use Unix sockets
 * @param logMaxBytes of one log file
 * @param logFiles kept for each slot, the current one included, 1 to 100
 * @param scratchMaxBytes of an instance's {@code /tmp}, and of any file it writes
 * @param leaseTime of an instance in the registry
 * @param probeEvery time between two looks at {@code /ready}
 * @param probeTime how long an answer may take
 * @param probeFailures in a row until the instance is replaced
 */
public record DeployConfig(
        Path runtimeFolder,
        Path logFolder,
        SandboxMode sandbox,
        String username,
        String environment,
        String region,
        String hostname,
        long logMaxBytes,
        int logFiles,
        long scratchMaxBytes,
        Duration leaseTime,
        Duration probeEvery,
        Duration probeTime,
        int probeFailures) {

    private static final Duration LEAST_TIME = Duration.ofMillis(1);
    private static final Duration MOST_TIME = Duration.ofHours(1);

    public DeployConfig {
        if (logFiles < 1 || logMaxBytes < 1 || scratchMaxBytes < 1 || probeFailures < 1) {
            throw new IllegalArgumentException(
                    "a bound of deploy is under 1: logFiles, logMaxBytes, scratchMaxBytes or"
                            + " probeFailures");
        }
        if (!leaseTime.isPositive() || !probeEvery.isPositive() || !probeTime.isPositive()) {
            throw new IllegalArgumentException(
                    "a time of deploy is not positive: leaseTime, probeEvery or probeTime");
        }
    }

    /** What to do about the sandbox. */
    public enum SandboxMode {
        /** Take the best that can be had, and say what is missing. */
        AUTO,
        /** Start nothing without a sandbox. */
        REQUIRED,
        /** Run plain processes. */
        OFF
    }

    /** Reads {@code deploy.…}; what is not set has a default that suits one node on one host. */
    public static DeployConfig from(Settings settings, Path home, String hostname) {
        return new DeployConfig(
                Path.of(
                        settings.text(
                                "deploy.runtimeFolder", defaultRuntimeFolder(home).toString())),
                Path.of(settings.text("deploy.logFolder", home.resolve("log").toString())),
                sandboxMode(settings),
                settings.name("deploy.username", "lumiere"),
                settings.name("deploy.environment", "local"),
                settings.name("deploy.region", "local"),
                hostname,
                bytes(settings, "deploy.logMaxBytes", 8L << 20),
                settings.integer("deploy.logFiles", 4, 1, 100),
                bytes(settings, "deploy.scratchMaxBytes", 256L << 20),
                time(
                        settings,
                        "deploy.leaseTime",
                        Duration.ofSeconds(15),
                        Registry.MIN_TTL,
                        Registry.MAX_TTL),
                time(settings, "deploy.probeEvery", Duration.ofSeconds(1), LEAST_TIME, MOST_TIME),
                time(settings, "deploy.probeTime", Duration.ofSeconds(2), LEAST_TIME, MOST_TIME),
                settings.integer("deploy.probeFailures", 5, 1, 1000));
    }

    /** Names this node's control group: the same for every run on one runtime folder. */
    String nodeName() {
        var hash = sha256(runtimeFolder.toAbsolutePath().normalize().toString());
        return "lumiere-" + hash.substring(0, 16);
    }

    private static long bytes(Settings settings, String name, long otherwise) {
        var bytes = settings.bytes(name, otherwise);
        if (bytes < 1) {
            settings.fault(name + " is not at least 1 byte: " + bytes);
            return otherwise;
        }
        return bytes;
    }

    private static Duration time(
            Settings settings, String name, Duration otherwise, Duration least, Duration most) {
        var time = settings.duration(name, otherwise);
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            settings.fault(
                    "%s is not %s to %s s: %s"
                            .formatted(name, seconds(least), seconds(most), seconds(time)));
            return otherwise;
        }
        return time;
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private static SandboxMode sandboxMode(Settings settings) {
        var text = settings.text("deploy.sandbox", "auto");
        try {
            return SandboxMode.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            settings.fault("deploy.sandbox is not auto, required or off: " + text);
            return SandboxMode.AUTO;
        }
    }

    /** The same for every run on one home, so that a run finds what a killed one left. */
    private static Path defaultRuntimeFolder(Path home) {
        var hash = sha256(home.toAbsolutePath().normalize().toString());
        return userRuntimeFolder().resolve("lumiere-" + hash.substring(0, 8));
    }

    private static Path userRuntimeFolder() {
        var folder = System.getenv("XDG_RUNTIME_DIR");
        try {
            if (folder != null
                    && Files.getOwner(Path.of(folder))
                            .equals(Files.getOwner(Path.of("/proc/self")))) {
                return Path.of(folder);
            }
        } catch (IOException _) {
            // Named but not there, as under sudo.
        }
        return Path.of("/tmp");
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
