package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.lumiere.service.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageConfigTest {
    @TempDir Path media;

    @Test
    void bucketsAreNamedWithTheirDirectories() {
        var settings =
                settings(
                        Map.of(
                                "storage.buckets",
                                "one=" + media + ", two = " + media,
                                "storage.maxAge",
                                "250ms"));
        var config = StorageConfig.from(settings, Map.of(), Map.of());

        assertThatNoException().isThrownBy(settings::check);
        assertThat(config.buckets()).isEqualTo(Map.of("one", media, "two", media));
        assertThat(config.maxAge()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void withoutASettingThereAreTheBucketsGivenInCode() {
        var settings = settings(Map.of());

        assertThat(StorageConfig.from(settings, Map.of("demo", media), Map.of()).buckets())
                .containsOnlyKeys("demo");
        assertThatNoException().isThrownBy(settings::check);
    }

    @Test
    void allFaultsAreReportedTogether() {
        var settings =
                settings(
                        Map.of(
                                "storage.buckets",
                                "demo,x=/,one=/nowhere/at/all,service=/,two=/,two=/",
                                "storage.maxAtHand",
                                "0"));
        StorageConfig.from(settings, Map.of(), Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(settings::check)
                .withMessageContaining("storage.buckets is not name=directory: demo")
                .withMessageContaining("bucket name is not 3 to 63")
                .withMessageContaining("bucket one has no such directory: /nowhere/at/all")
                .withMessageContaining("bucket name is reserved: service")
                .withMessageContaining("bucket named twice: two")
                .withMessageContaining("storage.maxAtHand");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "-abc", "abc-", "Abc", "a_c", "a.c", "../a", "service"})
    void aBucketsNameIsALabelOfAHostName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.of(Map.of(name, media)))
                .withMessageContaining(name);
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(flags, Map.of(), Map.of());
    }
}
