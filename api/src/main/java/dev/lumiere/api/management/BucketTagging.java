package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.BucketTag;
import dev.lumiere.storage.sign.Act;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written on a bucket: {@code GET}, {@code PUT} and {@code DELETE /bucketTagging?bucket=},
 * as {@code {"Tags": [{"Key": …, "Value": …}]}}. Who puts tags replaces all there are.
 */
final class BucketTagging {
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);

    private final BucketCatalog buckets;

    BucketTagging(BucketCatalog buckets) {
        this.buckets = buckets;
    }

    void addTo(SignedCalls calls) {
        calls.on("/bucketTagging", METHODS, this::handle);
    }

    private void handle(Call call) {
        var name = call.parameters().required("bucket");
        var method = call.exchange().request().method();
        if (method.equals(HttpMethod.GET)) {
            call.answer(json(call.buckets().find(name, Act.READ, "").settings().tags()));
            return;
        }
        var own = call.buckets().find(name);
        var tags = method.equals(HttpMethod.PUT) ? tags(call) : List.<BucketTag>of();
        buckets.set(own.name(), settings -> settings.withTags(tags));
        call.done();
    }

    private static JsonObject json(List<BucketTag> tags) {
        var json = new JsonArray();
        tags.forEach(tag -> json.add(JsonObject.of("Key", tag.key(), "Value", tag.value())));
        return JsonObject.of("Tags", json);
    }

    private static List<BucketTag> tags(Call call) {
        try {
            if (!(new JsonObject(call.body()).getValue("Tags") instanceof JsonArray array)) {
                throw noTags();
            }
            var tags = new ArrayList<BucketTag>();
            for (var each : array) {
                if (!(each instanceof JsonObject tag)
                        || !(tag.getValue("Key") instanceof String key)
                        || !(tag.getValue("Value") instanceof String value)) {
                    throw noTags();
                }
                tags.add(new BucketTag(key, value));
            }
            return tags;
        } catch (DecodeException | ClassCastException _) {
            throw noTags();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }

    private static Problem.Refused noTags() {
        return Problem.badRequest("the body is no {\"Tags\": [{\"Key\": …, \"Value\": …}]}")
                .refused();
    }
}
