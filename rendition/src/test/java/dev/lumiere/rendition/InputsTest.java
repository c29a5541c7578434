package dev.lumiere.rendition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.fop.InputReference;
import dev.lumiere.fop.run.Source;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Lookup;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.RefererRule;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    private static final Map<String, InputReference> ALL =
            Map.of(
                    "u", new InputReference.Url("http://a.example/"),
                    "b", new InputReference.InBucket("marks", "logo.png"),
                    "s", new InputReference.SameBucket("a.jpg"));

    @TempDir Path folder;
    private Instant now = Instant.EPOCH;
    private Buckets buckets;
    private Inputs inputs;
    private StoredObject source;

    @BeforeEach
    void open() throws IOException {
        var demo = Files.createDirectory(folder.resolve("demo"));
        var marks = Files.createDirectory(folder.resolve("marks"));
        Files.writeString(demo.resolve("a.jpg"), "photo");
        Files.writeString(marks.resolve("logo.png"), "logo");
        buckets = new Buckets(StorageConfig.of(Map.of("demo", demo, "marks", marks)), () -> now);
        inputs =
                new Inputs(
                        buckets,
                        url -> new Fetched.Body(Buffer.buffer(url), "text/plain"),
                        () -> now);
        source = ((Lookup.Found) buckets.find("demo", "a.jpg")).object();
    }

    @Test
    void everythingIsFoundAndThenAtHand() throws Exception {
        assertThat(inputs.atHand(source, ALL)).isNull();
        var found = inputs.find(source, ALL, now.plusSeconds(60));

        assertThat(found).containsOnlyKeys("u", "b", "s");
        assertThat(inputs.atHand(source, ALL)).isEqualTo(found);
        assertThat(inputs.areUnchanged(found)).isTrue();
        var sources = inputs.sources(found);
        assertThat(sources.get("b")).extracting("key").isEqualTo("logo.png");
        assertThat(sources.get("b")).extracting("contentType").isEqualTo("image/png");
        assertThat(((Source.InMemory) requireNonNull(sources.get("u"))).bytes())
                .isEqualTo(Buffer.buffer("http://a.example/"));
        try (var file = ((Source.OnDisk) requireNonNull(sources.get("s"))).opener().open()) {
            assertThat(requireNonNull(file).size()).isEqualTo(5);
        }
    }

    @Test
    void whatIsProtectedIsNotLaidOverSomethingElse() {
        var folders = Map.of("demo", folder.resolve("demo"), "marks", folder.resolve("marks"));
        var rules = Map.of("marks", new BucketRules(Map.of(), "-", true, null, false));
        var guarded =
                new Inputs(
                        new Buckets(StorageConfig.of(folders, rules), () -> now),
                        url -> new Fetched.Body(Buffer.buffer(url), "text/plain"),
                        () -> now);
        assertThatThrownBy(() -> guarded.find(source, ALL, now.plusSeconds(60)))
                .hasMessageContaining("401 source file is protected");
        assertThatThrownBy(() -> guarded.atHand(source, ALL))
                .hasMessageContaining("401 source file is protected");
    }

    @Test
    void whatNotAllMayHaveIsNotLaidOverSomethingOfAnotherBucket() throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 1));
                var catalog =
                        Catalog.open(
                                folder.resolve("views"),
                                log,
                                _ -> false,
                                () -> now,
                                UUID::randomUUID)) {
            catalog.buckets().create("kept", "a1", "z0");
            var folders = Map.of("demo", folder.resolve("demo"));
            var open = new Buckets(StorageConfig.of(folders), catalog, null, () -> now);
            var asking =
                    new Inputs(
                            open,
                            url -> new Fetched.Body(Buffer.buffer(url), "text/plain"),
                            () -> now);
            Map<String, InputReference> one =
                    Map.of("i", new InputReference.InBucket("kept", "logo.png"));
            assertThatThrownBy(() -> asking.find(source, one, now))
                    .hasMessageContaining("400 input not found");

            var referer = new RefererRule(RefererRule.Mode.ALLOW, List.of("a.com"), true);
            catalog.buckets().set("kept", s -> s.with(s.antiLeech().with(referer, true)));
            assertThatThrownBy(() -> asking.find(source, one, now))
                    .hasMessageContaining("401 bucket is not for all");
            assertThatThrownBy(() -> asking.atHand(source, one))
                    .hasMessageContaining("401 bucket is not for all");
        }
    }

    @Test
    void aFileThatChangesIsAnotherInput() throws Exception {
        var before = inputs.find(source, ALL, now.plusSeconds(60));
        Files.writeString(folder.resolve("marks/logo.png"), "another");

        assertThat(inputs.areUnchanged(before)).isFalse();
        var after = inputs.find(source, ALL, now.plusSeconds(60));
        assertThat(requireNonNull(after.get("b")).identity())
                .isNotEqualTo(requireNonNull(before.get("b")).identity());
        assertThat(after.get("s")).isEqualTo(before.get("s"));
    }

    @Test
    void whatIsNotThereIsNamed() {
        for (var missing :
                Map.of(
                                "kodo://marks/x.png", new InputReference.InBucket("marks", "x.png"),
                                "kodo://nosuch/x", new InputReference.InBucket("nosuch", "x"),
                                "x.png", new InputReference.SameBucket("x.png"),
                                "../marks/logo.png",
                                        new InputReference.SameBucket("../marks/logo.png"))
                        .entrySet()) {
            assertThatThrownBy(() -> inputs.find(source, Map.of("i", missing.getValue()), now))
                    .hasMessage("400 input not found: " + missing.getKey());
            assertThatThrownBy(() -> inputs.atHand(source, Map.of("i", missing.getValue())))
                    .hasMessage("400 input not found: " + missing.getKey());
        }
    }
}
