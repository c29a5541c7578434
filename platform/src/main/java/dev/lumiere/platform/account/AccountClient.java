package dev.lumiere.platform.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.CallbackSignature;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** A node's accounts, over HTTP, by one key pair. */
final class AccountClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(1);
    private static final String TYPE = "application/json";
    private static final String DATE = "X-Qiniu-Date";
    private static final DateTimeFormatter DATE_FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_WITHIN)
                    .build();
    private final String api;
    private final Credential credential;

    AccountClient(String api, Credential credential) {
        this.api = api.replaceFirst("/+$", "");
        this.credential = credential;
    }

    /** By whose key calls are signed. */
    Credential credential() {
        return credential;
    }

    static ObjectNode body() {
        return JSON.createObjectNode();
    }

    JsonNode get(String target) throws IOException, InterruptedException {
        return call("GET", target, new byte[0]);
    }

    JsonNode post(String target, ObjectNode body) throws IOException, InterruptedException {
        return call("POST", target, JSON.writeValueAsBytes(body));
    }

    /** Refused calls are a {@link StartFailure} that says why. */
    private JsonNode call(String method, String target, byte[] body)
            throws IOException, InterruptedException {
        var uri = uri(api + target);
        var own = Map.of(DATE, DATE_FORM.format(Instant.now()));
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", TYPE)
                        .header(DATE, own.get(DATE))
                        .header(
                                "Authorization",
                                CallbackSignature.qiniu(credential, method, uri, TYPE, own, body))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        HttpResponse<String> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException _) {
            throw new StartFailure("no node answers at " + api);
        }
        var json = parsed(answer.body());
        if (answer.statusCode() / 100 != 2) {
            var detail = json.path("detail").asText();
            throw new StartFailure(
                    "%s (%d)"
                            .formatted(
                                    detail.isEmpty() ? answer.body().strip() : detail,
                                    answer.statusCode()));
        }
        return json;
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            throw new StartFailure("not a URL: " + text);
        }
    }

    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
