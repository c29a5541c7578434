package dev.lumiere.platform;

import dev.lumiere.platform.node.Banner;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.Node;
import dev.lumiere.platform.node.NodeConfig;
import dev.lumiere.platform.node.Parts;
import dev.lumiere.platform.node.SettingsOptions;
import dev.lumiere.service.LogSetup;
import dev.lumiere.service.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lumiere up}: runs a node in the foreground until Ctrl-C or SIGTERM. */
@Command(
        name = "up",
        description = "Start a node and its workers; stop them with Ctrl-C.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "All state is kept here (default: ./lumiere-home).")
    private @Nullable String home;

    @Option(
            names = "--media-port",
            paramLabel = "PORT",
            description = "Where media is asked for (default: 8080; 0 takes a free one).")
    private @Nullable String mediaPort;

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            description = "Control, health and metrics (default: 8081; 0 takes a free one).")
    private @Nullable String apiPort;

    @Option(
            names = "--listen",
            paramLabel = "HOST",
            description = "The address both listen on (default: 127.0.0.1).")
    private @Nullable String listen;

    @Option(
            names = "--bucket",
            paramLabel = "NAME=DIR",
            description =
                    "Serve a folder as a bucket; may be repeated (default: the sample media).")
    private List<String> buckets = new ArrayList<>();

    @Option(
            names = "--result-cache",
            paramLabel = "SIZE",
            description = "Disk for results, 0 for no result cache at all (default: 1GiB).")
    private @Nullable String resultCache;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Instances of the image worker (default: 2).")
    private @Nullable String workers;

    @Mixin private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws InterruptedException {
        var begun = System.nanoTime();
        var configuration = NodeConfig.from(settings());
        var parts = new Parts();
        var stop = new Thread(() -> stop(parts), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            var node = parts.make(() -> node(configuration, parts));
            node.awaitReady();
            if (!parts.isClosing()) {
                var took = Duration.ofNanos(System.nanoTime() - begun);
                Banner.print(System.out, configuration, node, took);
            }
        } catch (RuntimeException | Error e) {
            if (!parts.isClosing()) {
                Runtime.getRuntime().removeShutdownHook(stop);
                parts.close();
                throw e;
            }
        }
        new CountDownLatch(1).await(); // the stop ends the process
        return 0;
    }

    private static Node node(NodeConfig configuration, Parts parts) {
        var home = parts.add(Home.open(configuration.home()));
        System.setProperty(LogSetup.FILE_PROPERTY, home.log().toString());
        return Node.start(configuration, home, parts);
    }

    /** On SIGINT or SIGTERM, whether the start is over or not. */
    private static void stop(Parts parts) {
        parts.close();
        Runtime.getRuntime().halt(0); // else the JVM would end with 130 or 143
    }

    private Settings settings() {
        var flags = new LinkedHashMap<String, String>();
        put(flags, "platform.home", home);
        put(flags, "gateway.port", mediaPort);
        put(flags, "api.port", apiPort);
        put(flags, "gateway.listen", listen);
        put(flags, "api.listen", listen);
        put(flags, "rendition.diskBytes", resultCache);
        if ("0".equals(resultCache)) {
            flags.put("rendition.memoryBytes", "0");
        }
        put(flags, "image.instances", workers);
        if (!buckets.isEmpty()) {
            flags.put("storage.buckets", String.join(",", buckets));
        }
        return options.settings(flags);
    }

    private static void put(Map<String, String> flags, String name, @Nullable String value) {
        if (value != null) {
            flags.put(name, value);
        }
    }
}
