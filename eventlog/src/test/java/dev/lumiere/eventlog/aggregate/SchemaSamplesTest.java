package dev.lumiere.eventlog.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaSamplesTest {
    @TempDir Path folder;

    record Renamed(String name, int times) {}

    private static final EventTypes<Renamed> TYPES =
            new EventTypes<>(
                    new EventType<>(
                            "Renamed",
                            Renamed.class,
                            List.<UnaryOperator<ObjectNode>>of(node -> node.put("times", 1))));

    private void sample(String file, String text) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private List<String> problems() throws IOException {
        return new SchemaSamples(TYPES, folder).problems();
    }

    /** As a team does it with its own. */
    @Test
    void ourOwnSamplesAreRead() throws Exception {
        new SchemaSamples(AggregatesTest.TYPES, Path.of("src/test/resources/events")).check();
    }

    @Test
    void eachSchemaHasASample() throws Exception {
        assertThat(problems()).hasSize(2);
        sample(
                "Renamed/2.json",
                "{\"written\":{\"name\":\"a\",\"times\":2},\"read\":{\"name\":\"a\",\"times\":2}}");
        assertThat(problems())
                .containsExactly(
                        "no sample of Renamed in schema 1: " + folder.resolve("Renamed/1.json"));
        sample(
                "Renamed/1.json",
                "{\"written\":{\"name\":\"a\"},\"read\":{\"name\":\"a\",\"times\":1}}");
        assertThat(problems()).isEmpty();
    }

    @Test
    void aSampleIsReadAsItSays() throws Exception {
        sample(
                "Renamed/2.json",
                "{\"written\":{\"name\":\"a\"},\"read\":{\"name\":\"a\",\"times\":2}}");
        sample(
                "Renamed/1.json",
                "{\"written\":{\"name\":\"a\"},\"read\":{\"name\":\"b\",\"times\":1}}");
        sample("Renamed/1-odd.json", "{\"written\":[]}");
        sample("Renamed/one.json", "{}");
        sample("Gone/1.json", "{\"written\":{},\"read\":{}}");
        assertThat(problems())
                .hasSize(5)
                .anyMatch(p ->
                        p.contains("2.json: cannot read Renamed") && p.contains("into type `int`"))
                .anyMatch(
                        p -> p.contains("1.json: is read as {\"name\":\"a\",\"times\":1}, not as"))
                .anyMatch(p -> p.contains("1-odd.json: not an object of written and read"))
                .anyMatch(p -> p.contains("one.json: no name of a sample"))
                .anyMatch(p -> p.contains("1.json: no type of this name is known"));
        assertThatThrownBy(() -> new SchemaSamples(TYPES, folder).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("one.json");
    }
}
