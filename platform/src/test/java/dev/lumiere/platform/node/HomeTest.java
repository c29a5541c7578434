package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir Path folder;

    @Test
    void aSecondNodeOnTheSameHomeIsRefusedAndToldWhoHasIt() {
        try (var _ = Home.open(folder)) {
            assertThatThrownBy(() -> Home.open(folder))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageEndingWith("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aHomeThatWasClosedCanBeTakenAgain() {
        Home.open(folder).close();

        try (var home = Home.open(folder)) {
            assertThat(home.directory()).isEqualTo(folder.toAbsolutePath());
        }
    }

    @Test
    void aHomeThatIsAFileIsRefusedByName() throws Exception {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Home.open(file))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(file.toString());
    }
}
