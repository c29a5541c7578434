package dev.lumiere.eventlog.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Samples of every schema that was ever written, kept by a team among its tests so that no change
 * makes old events unreadable. The file {@code <type>/<schema>.json}, or more of them as {@code
 * <type>/<schema>-<what>.json}, is an object of two: what is {@code written}, which never changes,
 * and how it is {@code read} today, as today's record is written.
 *
 * <pre>{@code
 * new SchemaSamples(TYPES, Path.of("src/test/resources/events")).check();
 * }</pre>
 */
public final class SchemaSamples {
    private static final Pattern NAME =
            Pattern.compile("([1-9][0-9]{0,8})(-[a-zA-Z0-9_.-]+)?\\.json");
    private static final JsonMapper JSON = new JsonMapper();

    private final EventTypes<?> types;
    private final Path folder;

    /** Of these types. */
    public SchemaSamples(EventTypes<?> types, Path folder) {
        this.types = types;
        this.folder = folder;
    }

    /**
     * Passes if there is a sample of each schema of each type, and every sample is read as it says.
     *
     * @throws AssertionError that lists all that is not so
     */
    public void check() throws IOException {
        var problems = problems();
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join("\n", problems));
        }
    }

    /** What is not so, a line each. */
    public List<String> problems() throws IOException {
        var problems = new ArrayList<String>();
        var sampled = new HashSet<String>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.walk(folder, 2)) {
                for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                    check(file, sampled, problems);
                }
            }
        }
        for (var type : types.all()) {
            for (var schema = 1; schema <= type.schema(); schema++) {
                if (!sampled.contains(type.name() + "/" + schema)) {
                    problems.add(
                            "no sample of %s in schema %d: %s"
                                    .formatted(type.name(), schema, file(type.name(), schema)));
                }
            }
        }
        return List.copyOf(problems);
    }

    private Path file(String type, int schema) {
        return folder.resolve(type).resolve(schema + ".json");
    }

    private void check(Path file, Set<String> sampled, List<String> problems) throws IOException {
        var name = NAME.matcher(file.getFileName().toString());
        var parent = file.getParent();
        if (!name.matches() || parent == null) {
            problems.add(file + ": no name of a sample");
            return;
        }
        var type = String.valueOf(parent.getFileName());
        var schema = Integer.parseInt(name.group(1));
        sampled.add(type + "/" + schema);
        try {
            var sample = JSON.readTree(Files.readString(file));
            if (!(sample.get("written") instanceof ObjectNode written)
                    || !(sample.get("read") instanceof ObjectNode wanted)) {
                problems.add(file + ": not an object of written and read");
                return;
            }
            var record = types.event(data(type, schema, written));
            if (record == null) {
                problems.add(file + ": no type of this name is known");
                return;
            }
            var read = JSON.readTree(JSON.writeValueAsString(record));
            if (!read.equals(wanted)) {
                problems.add("%s: is read as %s, not as %s".formatted(file, read, wanted));
            }
        } catch (IOException | RuntimeException e) {
            problems.add(file + ": " + e.getMessage());
        }
    }

    private static EventData data(String type, int schema, JsonNode written) {
        return new EventData(
                new UUID(0, 0),
                type,
                schema,
                Instant.EPOCH,
                EventData.Context.NONE,
                Payload.of(written.toString()));
    }
}
