package dev.lumiere.platform.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {
    @Test
    void whatWouldControlATerminalIsEscaped() {
        assertThat(Shown.of("a\n\u001b[2Jb\u009b")).isEqualTo("a\\u000a\\u001b[2Jb\\u009b");
        assertThat(Shown.of("größe 中.jpg")).isEqualTo("größe 中.jpg");
    }
}
