package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.OutgoingSignature;
import dev.lumiere.storage.sign.UploadToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** A node's storage. Refused calls are a {@link StartFailure} that says why. */
final class StorageClient {
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(5);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final JsonMapper JSON = new JsonMapper();

    private final NodeClient node;
    private final Credential by;

    StorageClient(NodeClient node, Credential by) {
        this.node = node;
        this.by = by;
    }

    /**
     * A call of management, signed.
     *
     * @return the answer; missing if it has no content
     * @throws StartFailure if it is refused
     */
    JsonNode call(String target) throws IOException, InterruptedException {
        return call(target, "");
    }

    /** The same with a body, which is signed as well. */
    JsonNode call(String target, String body) throws IOException, InterruptedException {
        var uri = node.uri(target);
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", FORM)
                        .header(
                                "Authorization",
                                OutgoingSignature.qiniu(by, "POST", uri, FORM, bytes))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        return node.json(request.build());
    }

    /** A call of an upload, by a token for one object. */
    JsonNode upload(
            String method,
            String target,
            ObjectName object,
            String contentType,
            HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return node.json(
                HttpRequest.newBuilder(node.uri(target))
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", contentType)
                        .header("Authorization", "UpToken " + token(object))
                        .method(method, body)
                        .build());
    }

    /** The right to put an object, for an hour. */
    private String token(ObjectName object) {
        var policy =
                JSON.createObjectNode()
                        .put("scope", object.bucket() + ":" + object.key())
                        .put("deadline", Instant.now().plus(TOKEN_LIFE).getEpochSecond());
        return UploadToken.sign(by, policy.toString());
    }

    /** A URL with the right to download what is there until some time. */
    String signed(String url, Instant until) {
        return DownloadToken.sign(by, url, until);
    }

    /** Where objects are downloaded, such as {@code http://127.0.0.1:8080}. */
    String mediaOrigin() throws IOException, InterruptedException {
        return "http://" + call("/regions").at("/regions/0/io_src/domains/0").asText();
    }

    /** What is at a URL. */
    HttpResponse<InputStream> get(String url) throws IOException, InterruptedException {
        var answer =
                node.send(
                        HttpRequest.newBuilder(NodeClient.url(url)).GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            try (var body = answer.body()) {
                throw NodeClient.refused(
                        answer.statusCode(),
                        new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8));
            }
        }
        return answer;
    }

    /** As calls name an object. */
    static String entry(ObjectName object) {
        return encoded(object.bucket() + ":" + object.key());
    }

    /** In URL-safe base64. */
    static String encoded(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
