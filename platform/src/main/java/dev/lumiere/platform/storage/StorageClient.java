package dev.lumiere.platform.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.CallbackSignature;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.UploadToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A node's storage, over HTTP, by one key pair. */
final class StorageClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(5);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_WITHIN)
                    .build();
    private final String api;
    private final Credential credential;

    /**
     * Of a node.
     *
     * @param api such as {@code http://127.0.0.1:8081}
     */
    StorageClient(String api, Credential credential) {
        this.api = api.replaceFirst("/+$", "");
        this.credential = credential;
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
        var uri = uri(api + target);
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", FORM)
                        .header(
                                "Authorization",
                                CallbackSignature.qiniu(credential, "POST", uri, FORM, bytes))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        return json(request.build());
    }

    /** A call of an upload, by a token for one object. */
    JsonNode upload(
            String method,
            String target,
            ObjectName object,
            String contentType,
            HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return json(
                HttpRequest.newBuilder(uri(api + target))
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
        return UploadToken.sign(credential, policy.toString());
    }

    /** Where an object is downloaded, with the right to do so until some time. */
    String url(ObjectName object, String query, Instant until)
            throws IOException, InterruptedException {
        var url = mediaHost() + "/" + escaped(object.bucket()) + "/" + path(object.key());
        return DownloadToken.sign(credential, query.isEmpty() ? url : url + "?" + query, until);
    }

    private String mediaHost() throws IOException, InterruptedException {
        return "http://" + call("/regions").at("/regions/0/io_src/domains/0").asText();
    }

    /** What is at a URL. */
    HttpResponse<InputStream> get(String url) throws IOException, InterruptedException {
        var answer =
                send(
                        HttpRequest.newBuilder(uri(url)).GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            try (var body = answer.body()) {
                throw refused(
                        answer.statusCode(),
                        new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8));
            }
        }
        return answer;
    }

    private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
        var answer = send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), answer.body());
        }
        var json = answer.body().isEmpty() ? null : parsed(answer.body());
        return json == null ? MissingNode.getInstance() : json;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return client.send(request, handler);
        } catch (ConnectException _) {
            throw new StartFailure("no node answers at " + api);
        }
    }

    private static StartFailure refused(int status, String body) {
        var json = parsed(body);
        var error = json == null ? "" : json.path("error").asText();
        return new StartFailure((error.isEmpty() ? body.strip() : error) + " (" + status + ")");
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return null;
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            throw new StartFailure("not a URL: " + text);
        }
    }

    /** As calls name an object. */
    static String entry(ObjectName object) {
        return encoded(object.bucket() + ":" + object.key());
    }

    /** In URL-safe base64. */
    static String encoded(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a query. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Of a path, whose slashes stay. */
    private static String path(String key) {
        return escaped(key).replace("%2F", "/");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
