package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.storage.sign.OutgoingSignature;
import dev.lumiere.storage.sign.UploadToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells whom a put policy names of an upload, and takes the answer. Of several URLs the first that
 * answers 200 with JSON counts; all of them together have {@value #MAX_SECONDS} seconds.
 */
final class Callbacks {
    private static final int MAX_URLS = 8;
    private static final int MAX_SECONDS = 30;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final CallbackSender sender;
    private final InstantSource clock;

    /** What became of it. */
    sealed interface Told {
        /** Somebody answered so. */
        record Answered(JsonNode json) implements Told {}

        /** Nobody did. */
        record Failed(String why) implements Told {}
    }

    Callbacks(CallbackSender sender, InstantSource clock) {
        this.sender = sender;
        this.clock = clock;
    }

    /**
     * What is to be told.
     *
     * @throws Problem.Refused 400 if the template gives no JSON though it should
     */
    static String body(UploadToken token, Function<String, @Nullable JsonNode> values) {
        var template = new Template("callbackBody", token.policy().callbackBody());
        return isJson(token) ? template.json(values) : template.form(values);
    }

    private static boolean isJson(UploadToken token) {
        return token.policy().callbackBodyType().startsWith("application/json");
    }

    /**
     * Tells it.
     *
     * @param values of what stands in URLs, where besides {@code bodySha1} does, the SHA-1 of what
     *     is told in hexadecimal digits
     */
    Told tell(UploadToken token, String body, Function<String, @Nullable JsonNode> values)
            throws InterruptedException {
        var deadline = clock.instant().plus(Duration.ofSeconds(MAX_SECONDS));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var why = new ArrayList<String>();
        var urls = List.of(token.policy().callbackUrl().split(";", MAX_URLS + 1));
        for (var one : urls.subList(0, Math.min(urls.size(), MAX_URLS))) {
            String url;
            try {
                url = url(one.strip(), bytes, values);
            } catch (Problem.Refused e) {
                why.add(e.problem().error());
                continue;
            }
            var authorization = authorization(token, url, bytes);
            if (authorization == null) {
                why.add("no URL: " + url);
                continue;
            }
            var headers = new HashMap<String, String>();
            headers.put("Content-Type", token.policy().callbackBodyType());
            headers.put("Authorization", authorization);
            if (!token.policy().callbackHost().isEmpty()) {
                headers.put("Host", token.policy().callbackHost());
            }
            switch (sender.post(url, headers, Buffer.buffer(bytes), deadline)) {
                case Fetched.Body(var answer, _) -> {
                    var json = json(answer);
                    if (json != null) {
                        return new Told.Answered(json);
                    }
                    why.add("it answered no JSON");
                }
                case Fetched.NotAllowed(var place) -> why.add("nothing is sent to " + place);
                case Fetched.Failed(var reason, _) -> why.add(reason);
                case Fetched.Busy _ -> why.add("too much is sent at once");
            }
        }
        return new Told.Failed(String.join("; ", why));
    }

    private static String url(
            String template, byte[] body, Function<String, @Nullable JsonNode> values) {
        return new Template("callbackUrl", template)
                .url(name ->
                        name.equals("bodySha1")
                                ? TextNode.valueOf(sha1(body))
                                : values.apply(name));
    }

    private static String sha1(byte[] body) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(body);
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Null if that is no URL. */
    private static @Nullable String authorization(UploadToken token, String url, byte[] body) {
        try {
            var type = token.policy().callbackBodyType();
            return OutgoingSignature.qbox(token.credential(), URI.create(url), type, body);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable JsonNode json(Buffer answer) {
        try {
            var json = JSON.readTree(answer.getBytes());
            return json == null || json.isMissingNode() ? null : json;
        } catch (IOException _) {
            return null;
        }
    }
}
