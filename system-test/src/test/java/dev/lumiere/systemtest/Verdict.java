package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** What became of a request with an odd file. There is nothing else that may become of it. */
sealed interface Verdict {
    /** That could be read, or of a WebP that is whole as far as its length tells. */
    record Picture() implements Verdict {}

    record Words() implements Verdict {}

    record Refusal(int status, String reason) implements Verdict {}

    /**
     * Reads an answer.
     *
     * @throws AssertionError if it is neither a whole result nor a refusal with a reason
     */
    static Verdict of(HttpResponse<byte[]> answer) {
        var status = answer.statusCode();
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        if (status >= 400 && status < 500) {
            var reason = json(text).getString("error");
            assertThat(reason).as("the reason of a " + status).isNotBlank();
            return new Refusal(status, reason);
        }
        assertThat(status).as("status of: %s", text).isEqualTo(200);
        return switch (answer.headers().firstValue("Content-Type").orElse("")) {
            case "application/json" -> words(text);
            case "image/webp" -> webp(answer.body());
            default -> picture(answer.body());
        };
    }

    private static JsonObject json(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static Verdict words(String text) {
        assertThat(json(text)).isNotEmpty();
        return new Words();
    }

    private static Verdict webp(byte[] bytes) {
        var riff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(bytes, 0, 4, StandardCharsets.ISO_8859_1)).isEqualTo("RIFF");
        assertThat(riff.getInt(4)).isEqualTo(bytes.length - 8);
        return new Picture();
    }

    private static Verdict picture(byte[] bytes) {
        try {
            assertThat(ImageIO.read(new ByteArrayInputStream(bytes))).as("a picture").isNotNull();
            return new Picture();
        } catch (IOException e) {
            throw new AssertionError("no picture", e);
        }
    }
}
