package dev.lumiere.platform.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.LogConfig;
import dev.lumiere.platform.node.NodeConfig;
import dev.lumiere.platform.node.SettingsOptions;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One command on the log: where the log is, how it is shown, and how a failure is told. */
abstract class LogVerb implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

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
    abstract int run(LogOutput out) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        // what goes wrong is told once, and not as a log
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
        try {
            return run(new LogOutput(isJson()));
        } catch (LogOutput.Unread _) {
            return 0;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** Whether lines of JSON are printed, as programs read them. */
    boolean isJson() {
        return json;
    }

    /** Whether a node is named. */
    final boolean isRemote() {
        return api != null;
    }

    final NodeConfig config() {
        var flags = new LinkedHashMap<String, String>();
        if (home != null) {
            flags.put("platform.home", home);
        }
        return NodeConfig.from(options.settings(flags));
    }

    /** The log, which people are told the place of. */
    final LogAccess open(LogOutput out) {
        var log = open();
        if (!out.isJson()) {
            LogOutput.say(log.where());
        }
        return log;
    }

    private LogAccess open() {
        if (api != null) {
            return new RunningLog(api);
        }
        var config = config();
        var owner = Home.ownerOf(config.home());
        if (owner != null) {
            if (owner.api().isEmpty()) {
                throw new StartFailure(
                        "home %s is in use by process %s, which is not up; try again"
                                .formatted(config.home(), owner.process()));
            }
            return new RunningLog(owner.api());
        }
        if (!(config.log().device() instanceof LogConfig.Device.Rocks(var folder))) {
            throw new StartFailure(
                    "no node runs on %s, and its log is not in a folder: name one by --api"
                            .formatted(config.home()));
        }
        if (!Files.isDirectory(folder)) {
            throw new StartFailure("there is no event log in " + folder);
        }
        return new FolderLog(folder, config.log(), config.home());
    }

    /** What is read of an argument; a wrong command line, where that refuses. */
    final <T> T usable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    final ParameterException wrong(String what) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
    }
}
