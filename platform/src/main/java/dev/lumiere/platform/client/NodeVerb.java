package dev.lumiere.platform.client;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.NodeConfig;
import dev.lumiere.platform.node.SettingsOptions;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command about a node: which one is meant, how it is answered, and how a failure is told. */
public abstract class NodeVerb implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The node's home (default: ./lumiere-home).")
    private @Nullable String home;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "Ask this node (default: the one that runs on the home, if one does).")
    private @Nullable String api;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused") // by picocli itself
    private boolean help;

    @Option(names = "--json", description = "Print JSON, one line for each.")
    private boolean json;

    @Mixin private SettingsOptions options = new SettingsOptions();

    /** What it does; its exit code. */
    protected abstract int execute() throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        // what goes wrong is told once, and not as a log
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
        try {
            return execute();
        } catch (FileSystemException e) {
            throw new StartFailure(StartFailure.reason(e));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** Whether lines of JSON are printed, as programs read them. */
    protected boolean isJson() {
        return json;
    }

    /** Whether a node is named. */
    protected final boolean isRemote() {
        return api != null;
    }

    /**
     * The control plane of the node that is named, or that runs on the home.
     *
     * @return null if none is named and none runs
     * @throws StartFailure if one is just starting or ending
     */
    protected final @Nullable String api() {
        if (api != null) {
            return api;
        }
        var config = config();
        var owner = Home.ownerOf(config.home());
        if (owner != null && owner.api().isEmpty()) {
            throw new StartFailure(
                    "home %s is in use by process %s, which is not up; try again"
                            .formatted(config.home(), owner.process()));
        }
        return owner == null ? null : owner.api();
    }

    /** As the node on the home has it. */
    protected final NodeConfig config() {
        var flags = new LinkedHashMap<String, String>();
        if (home != null) {
            flags.put("platform.home", home);
        }
        return NodeConfig.from(options.settings(flags));
    }
}
