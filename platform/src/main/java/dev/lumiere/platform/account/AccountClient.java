package dev.lumiere.platform.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.OutgoingSignature;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** A node's accounts and keys. Refused calls are a {@code StartFailure} that says why. */
final class AccountClient {
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(1);
    private static final String TYPE = "application/json";
    private static final String DATE = "X-Qiniu-Date";
    private static final DateTimeFormatter DATE_FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();

    private final NodeClient node;
    private final Credential by;

    AccountClient(NodeClient node, Credential by) {
        this.node = node;
        this.by = by;
    }

    /** By whose key calls are signed. */
    Credential credential() {
        return by;
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

    private JsonNode call(String method, String target, byte[] body)
            throws IOException, InterruptedException {
        var uri = node.uri(target);
        var own = Map.of(DATE, DATE_FORM.format(Instant.now()));
        var signature = OutgoingSignature.qiniu(by, method, uri, TYPE, own, body);
        return node.json(
                HttpRequest.newBuilder(uri)
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", TYPE)
                        .header(DATE, own.get(DATE))
                        .header("Authorization", signature)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }
}
