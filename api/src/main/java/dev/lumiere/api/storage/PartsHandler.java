package dev.lumiere.api.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.PartUploads;
import dev.lumiere.storage.upload.PartUploads.Chosen;
import dev.lumiere.storage.upload.PartUploads.Part;
import dev.lumiere.storage.upload.PartUploads.Target;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resumable uploads of the second kind: {@code /buckets/BUCKET/objects/KEY/uploads}, behind that
 * {@code /ID} and {@code /NUMBER}. The key is base64, {@code ~} for none, or nothing at all if it
 * is empty.
 */
final class PartsHandler {
    private static final Pattern PATH =
            Pattern.compile(
                    "/buckets/(?<bucket>[^/]+)/objects/(?<key>[^/]*)/uploads"
                            + "(?:/(?<id>[^/]+)(?:/(?<number>[0-9]{1,9}))?)?");
    private static final int MAX_JSON_BYTES = 2 << 20;
    private static final int MAX_PAGE = 1000;
    private static final JsonMapper JSON = new JsonMapper();

    private final PartUploads uploads;

    PartsHandler(PartUploads uploads) {
        this.uploads = uploads;
    }

    void handle(Exchange exchange, UploadToken token, InputStream body)
            throws IOException, InterruptedException {
        var path = PATH.matcher(String.valueOf(exchange.request().path()));
        if (!path.matches()) {
            throw Problem.notFound("no such path: " + exchange.request().path()).refused();
        }
        var target = new Target(path.group("bucket"), key(path.group("key")));
        var id = path.group("id");
        var number = path.group("number");
        var what =
                exchange.request().method() + (id == null ? "" : number == null ? " id" : " part");
        switch (what) {
            case "POST" -> begin(exchange, token, target);
            case "PUT part" -> put(exchange, token, target, path, body);
            case "POST id" -> complete(exchange, token, target, path.group("id"), body);
            case "GET id" -> list(exchange, token, target, path.group("id"));
            case "DELETE id" -> {
                uploads.abort(token, target, path.group("id"));
                exchange.json(200, Buffer.buffer());
            }
            default ->
                    throw Problem.of(405, exchange.request().method() + " is not served here")
                            .refused();
        }
    }

    private static @Nullable String key(String segment) {
        return segment.equals("~") ? null : UploadText.base64("key", segment);
    }

    private void begin(Exchange exchange, UploadToken token, Target target)
            throws InterruptedException {
        var upload = uploads.begin(token, target);
        exchange.json(
                200,
                JsonObject.of("uploadId", upload.id(), "expireAt", upload.expiresAt()).toBuffer());
    }

    private void put(
            Exchange exchange, UploadToken token, Target target, Matcher path, InputStream body)
            throws IOException, InterruptedException {
        var part =
                uploads.put(
                        token,
                        target,
                        path.group("id"),
                        Integer.parseInt(path.group("number")),
                        exchange.request().getHeader("Content-MD5"),
                        body);
        exchange.json(200, JsonObject.of("etag", part.etag(), "md5", part.md5()).toBuffer());
    }

    private void list(Exchange exchange, UploadToken token, Target target, String id)
            throws InterruptedException {
        var max = parameter(exchange, "max-parts", MAX_PAGE);
        var after = parameter(exchange, "part-number-marker", 0);
        if (max < 1 || max > MAX_PAGE) {
            throw Problem.badRequest("max-parts is 1 to 1000, not " + max).refused();
        }
        var page = uploads.list(token, target, id, after, max);
        var parts = new JsonArray();
        page.parts().stream().map(PartsHandler::json).forEach(parts::add);
        exchange.json(
                200,
                JsonObject.of(
                                "uploadId", page.upload().id(),
                                "expireAt", page.upload().expiresAt(),
                                "partNumberMarker", page.next(),
                                "parts", parts)
                        .toBuffer());
    }

    private static JsonObject json(Part part) {
        return JsonObject.of(
                "size", part.size(),
                "etag", part.etag(),
                "partNumber", part.number(),
                "putTime", part.putTime());
    }

    private static int parameter(Exchange exchange, String name, int otherwise) {
        var text = exchange.request().getParam(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        var number = UploadText.number(name, text);
        return number < 0 || number > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) number;
    }

    private void complete(
            Exchange exchange, UploadToken token, Target target, String id, InputStream body)
            throws IOException, InterruptedException {
        var json = json(UploadText.read("the list of parts", body, MAX_JSON_BYTES));
        var fields = new UploadFields();
        text(json, "fname", fields);
        text(json, "mimeType", fields);
        texts(json, "metadata", fields::setMetadata);
        texts(json, "metaData", fields::setMetadata);
        texts(json, "customVars", fields::set);
        UploadAnswers.send(
                exchange,
                uploads.complete(token, target, id, chosen(json), fields.request(target.key())));
    }

    private static JsonNode json(String text) {
        try {
            var json = JSON.readTree(text);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException _) {
            // told below
        }
        throw Problem.badRequest("the body is no JSON object").refused();
    }

    private static List<Chosen> chosen(JsonNode json) {
        var chosen = new ArrayList<Chosen>();
        for (var part : json.path("parts")) {
            var number = part.path("partNumber");
            var etag = part.path("etag");
            if (!number.isIntegralNumber() || !number.canConvertToInt() || !etag.isTextual()) {
                throw Problem.badRequest("no partNumber and etag: " + part).refused();
            }
            chosen.add(new Chosen(number.intValue(), etag.textValue()));
            if (chosen.size() > PartUploads.MAX_NUMBER) {
                throw Problem.badRequest("over " + PartUploads.MAX_NUMBER + " parts").refused();
            }
        }
        return chosen;
    }

    private static void text(JsonNode json, String name, UploadFields fields) {
        var value = json.path(name);
        if (value.isTextual()) {
            fields.set(name, value.textValue());
        } else if (!value.isMissingNode() && !value.isNull()) {
            throw Problem.badRequest("no text: " + name).refused();
        }
    }

    private interface Setting {
        void set(String name, String value);
    }

    private static void texts(JsonNode json, String name, Setting setting) {
        var values = json.path(name);
        if (!values.isObject() && !values.isMissingNode() && !values.isNull()) {
            throw Problem.badRequest("no object: " + name).refused();
        }
        for (var value : values.properties()) {
            if (!value.getValue().isValueNode()) {
                throw Problem.badRequest("no text: %s of %s".formatted(value.getKey(), name))
                        .refused();
            }
            setting.set(value.getKey(), value.getValue().asText());
        }
    }
}
