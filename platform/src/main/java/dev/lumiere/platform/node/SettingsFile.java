package dev.lumiere.platform.node;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file {@code lumiere.yaml}: a section for each module, a line for each of its settings. */
final class SettingsFile {
    private SettingsFile() {}

    /**
     * Reads all settings by {@code module.field}.
     *
     * @throws StartFailure naming the file, if it is not such a file
     */
    static Map<String, String> read(Path file) {
        try {
            var settings = new LinkedHashMap<String, String>();
            var root = new YAMLMapper().readTree(Files.readString(file));
            if (root.isMissingNode() || root.isNull()) {
                return settings;
            }
            gather("", root, settings);
            return settings;
        } catch (JacksonException e) {
            throw new StartFailure(file + " is not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new StartFailure(file + " cannot be read: " + StartFailure.reason(e));
        }
    }

    private static void gather(String name, JsonNode node, Map<String, String> settings) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            gather(
                                    name.isEmpty() ? field.getKey() : name + "." + field.getKey(),
                                    field.getValue(),
                                    settings));
        } else {
            settings.put(name, node.asText());
        }
    }
}
