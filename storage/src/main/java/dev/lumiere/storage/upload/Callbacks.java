package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.upload.SignedPosts.Letter;
import dev.lumiere.storage.upload.SignedPosts.Posted;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells of an object whom a {@link Callback} names, and takes the answer. */
final class Callbacks {
    private final SignedPosts posts;

    Callbacks(CallbackSender sender, InstantSource clock) {
        posts = new SignedPosts(sender, clock);
    }

    /**
     * What is to be told.
     *
     * @throws Problem.Refused 400 if the template gives no JSON though it should
     */
    static String body(Callback callback, Function<String, @Nullable JsonNode> values) {
        var template = new Template("callbackBody", callback.body());
        return callback.isJson() ? template.json(values) : template.form(values);
    }

    /**
     * Tells it.
     *
     * @param values of what stands in URLs, where besides {@code bodySha1} does, the SHA-1 of what
     *     is told in hexadecimal digits
     * @param reading of an answer; null if it does not count
     */
    <T> Posted<T> tell(
            Callback callback,
            Credential by,
            String body,
            Function<String, @Nullable JsonNode> values,
            Function<Buffer, @Nullable T> reading)
            throws InterruptedException {
        var why = new ArrayList<String>();
        var urls = new ArrayList<String>();
        for (var template : callback.urls()) {
            try {
                urls.add(url(template, body, values));
            } catch (Problem.Refused e) {
                why.add(e.problem().error());
            }
        }
        var letter = new Letter(by, callback.host(), callback.bodyType(), body);
        var posted = posts.post(urls, letter, reading);
        if (posted instanceof Posted.Failed<T>(var reason) && !why.isEmpty()) {
            why.add(reason);
            return new Posted.Failed<>(String.join("; ", why));
        }
        return posted;
    }

    private static String url(
            String template, String body, Function<String, @Nullable JsonNode> values) {
        return new Template("callbackUrl", template)
                .url(name ->
                        name.equals("bodySha1")
                                ? TextNode.valueOf(sha1(body))
                                : values.apply(name));
    }

    private static String sha1(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
