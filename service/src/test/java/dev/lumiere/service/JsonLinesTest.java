package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void oneObjectPerLineWithTheEventsOwnFields() {
        var context = new LoggerContext();
        var lines = new JsonLines(out);
        lines.setContext(context);
        lines.start();
        Logger log = context.getLogger("test");
        log.addAppender(lines);

        log.atInfo().addKeyValue("status", 200).addKeyValue("path", "/a\"\n").log("request");
        log.error("it {}", "broke", new IllegalStateException("why"));
        lines.stop();

        var written = out.toString(UTF_8).lines().map(JsonObject::new).toList();
        assertThat(written).hasSize(2);
        assertThat(written.getFirst().getInteger("status")).isEqualTo(200);
        assertThat(written.getFirst().getString("path")).isEqualTo("/a\"\n");
        assertThat(written.getFirst().getString("message")).isEqualTo("request");
        assertThat(written.getLast().getString("level")).isEqualTo("ERROR");
        assertThat(written.getLast().getString("message")).isEqualTo("it broke");
        assertThat(written.getLast().getString("error")).contains("IllegalStateException: why");
    }

    @Test
    void anErrorIsWrittenAtOnce() {
        var context = new LoggerContext();
        var lines = new JsonLines(out);
        lines.setContext(context);
        lines.start();
        context.getLogger("test").addAppender(lines);

        context.getLogger("test").info("first");
        context.getLogger("test").error("now");

        assertThat(out.toString(UTF_8)).contains("first", "now");
        lines.stop();
    }
}
