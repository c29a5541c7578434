package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestLineTest {
    @Test
    void aRequestIsOneJsonObjectOnOneLine() {
        var path = "/demo/\"图\\\n" + "a".repeat(2000);
        var steps = List.of(new Span("image.decode", Instant.EPOCH, Duration.ofNanos(1_234_567)));

        var line =
                new String(
                        new RequestLine()
                                .text("level", "INFO")
                                .request(
                                        new RequestLog.Entry(
                                                "t1", "GET", path, 200, 6144, 4321, steps))
                                .end(),
                        StandardCharsets.US_ASCII);

        assertThat(line).endsWith("}\n").doesNotContain("\n{").hasLineCount(1);
        var json = new JsonObject(line);
        assertThat(json.getString("path")).isEqualTo(path);
        assertThat(json.getInteger("status")).isEqualTo(200);
        assertThat(json.getLong("us")).isEqualTo(4321);
        assertThat(json.getLong("image.decode_us")).isEqualTo(1234);
        assertThat(json.getString("level")).isEqualTo("INFO");
    }
}
