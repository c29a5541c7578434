package dev.lumiere.platform.node;

import dev.lumiere.service.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which any setting can be given. */
public final class SettingsOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings file (default: ./lumiere.yaml where there is one).")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Any other setting, such as gateway.deadline=10s; may be repeated.")
    private List<String> sets = new ArrayList<>();

    /**
     * All of them.
     *
     * @param flags what options of their own say, which go before {@code --set}
     */
    public Settings settings(Map<String, String> flags) {
        var all = new LinkedHashMap<String, String>();
        var faults = new ArrayList<String>();
        for (var set : sets) {
            var equals = set.indexOf('=');
            if (equals > 0) {
                all.put(set.substring(0, equals).strip(), set.substring(equals + 1));
            } else {
                faults.add("--set is not NAME=VALUE: " + set);
            }
        }
        all.putAll(flags);
        var settings = new Settings(all, System.getenv(), file());
        faults.forEach(settings::fault);
        return settings;
    }

    private Map<String, String> file() {
        if (config != null) {
            return SettingsFile.read(config);
        }
        var usual = Path.of("lumiere.yaml");
        return Files.exists(usual) ? SettingsFile.read(usual) : Map.of();
    }
}
