package dev.lumiere.platform.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.node.Credentials;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.NodeConfig;
import dev.lumiere.platform.node.SettingsOptions;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One command on buckets and objects: which node is asked, by which key, and how it is shown. */
abstract class StorageVerb implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The node's home, with its credentials (default: ./lumiere-home).")
    private @Nullable String home;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "Ask this node (default: the one that runs on the home).")
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
    abstract int run(StorageClient client, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
        try (var client = client()) {
            return run(client, System.out);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    private StorageClient client() throws IOException {
        var flags = new LinkedHashMap<String, String>();
        if (home != null) {
            flags.put("platform.home", home);
        }
        var directory = NodeConfig.from(options.settings(flags)).home();
        var credential = Credentials.read(directory);
        if (api != null) {
            return new StorageClient(api, credential);
        }
        var owner = Home.ownerOf(directory);
        if (owner == null || owner.api().isEmpty()) {
            throw new StartFailure(
                    "no node is up on %s: start one, or name one by --api".formatted(directory));
        }
        return new StorageClient(owner.api(), credential);
    }

    /** Whether lines of JSON are printed, as programs read them. */
    final boolean isJson() {
        return json;
    }

    /** One line: of JSON, or as people read it. */
    final void line(PrintStream out, JsonNode asJson, String text) {
        out.println(json ? asJson.toString() : text);
    }

    /** To a person, beside the output. */
    static void say(String text) {
        System.err.println("lumiere: " + text);
    }
}
