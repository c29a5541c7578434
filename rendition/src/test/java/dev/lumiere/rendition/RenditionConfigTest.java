package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.lumiere.service.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenditionConfigTest {
    @TempDir Path home;

    @Test
    void aFolderThatIsNotThereYetIsFine() {
        var settings = settings(Map.of("rendition.memoryBytes", "1MiB"));
        var config = RenditionConfig.from(settings, home.resolve("a/b"));

        assertThatNoException().isThrownBy(settings::check);
        assertThat(config.folder()).isEqualTo(home.resolve("a/b"));
        assertThat(config.memoryBytes()).isEqualTo(1 << 20);
    }

    @Test
    void aFolderThatCannotBeWrittenIsAFaultUnlessNothingIsKeptThere() throws IOException {
        var file = Files.writeString(home.resolve("file"), "").toString();
        var settings = settings(Map.of("rendition.folder", file));
        RenditionConfig.from(settings, home);

        assertThatIllegalArgumentException()
                .isThrownBy(settings::check)
                .withMessage("rendition.folder cannot be written: " + file);

        var without = settings(Map.of("rendition.folder", file, "rendition.diskBytes", "0"));
        RenditionConfig.from(without, home);
        assertThatNoException().isThrownBy(without::check);
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(flags, Map.of(), Map.of());
    }
}
