package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.AntiLeech;
import dev.lumiere.storage.rule.CorsRule;
import dev.lumiere.storage.rule.RefererRule;
import dev.lumiere.storage.rule.RefererRule.Mode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls by which it is said who may fetch objects.
 *
 * <pre>{@code
 * /private?bucket=<bucket>&private=0|1           whether downloads need a token
 * /referAntiLeech?bucket=<bucket>&mode=0|1|2&norefer=0|1&pattern=<host;*.host>&source_enabled=0|1
 * /timestampAntiLeech, a form of bucket=<bucket>&key=<in use>&key=<older>; without key, off
 * /corsRules/set/<bucket>, [{"allowed_origin": […], "allowed_method": […], …}]
 * /corsRules/get/<bucket>
 * }</pre>
 */
final class BucketRights {
    private static final int MIN_KEY = 8;
    private static final int MAX_KEY = 128;

    private final BucketCatalog buckets;

    BucketRights(BucketCatalog buckets) {
        this.buckets = buckets;
    }

    void addTo(SignedCalls calls) {
        calls.onPost("/private", this::makePrivate);
        calls.onPost("/referAntiLeech", this::refer);
        calls.onPost("/timestampAntiLeech", this::signUrls);
        calls.onPost("/corsRules/set/", this::setCors);
        calls.on("/corsRules/get/", this::cors);
    }

    private void makePrivate(Call call) {
        var isPrivate = call.parameters().number("private", -1, 0, 1);
        if (isPrivate < 0) {
            throw Problem.badRequest("no private").refused();
        }
        buckets.change(asked(call), bucket -> bucket.withPrivacy(isPrivate == 1));
        call.done();
    }

    private static String asked(Call call) {
        return call.buckets().find(call.parameters().required("bucket")).name();
    }

    /** If nothing is said of {@code source_enabled}, the rule holds. */
    private void refer(Call call) {
        var parameters = call.parameters();
        var mode = Mode.of(parameters.number("mode", 0, 0, 2));
        var allowsNone = parameters.number("norefer", 0, 0, 1) == 1;
        var isChecked = parameters.number("source_enabled", 1, 0, 1) == 1;
        var patterns = Arrays.asList(parameters.text("pattern", "").split(";", -1));
        buckets.set(
                asked(call),
                settings -> {
                    var rule = new RefererRule(mode, patterns, allowsNone).checked();
                    return settings.with(settings.antiLeech().with(rule, isChecked));
                });
        call.done();
    }

    private void signUrls(Call call) {
        var keys = call.parameters().all("key").stream().filter(key -> !key.isEmpty()).toList();
        if (keys.size() > AntiLeech.MAX_KEYS) {
            throw Problem.badRequest("over " + AntiLeech.MAX_KEYS + " keys").refused();
        }
        for (var key : keys) {
            if (key.length() < MIN_KEY || key.length() > MAX_KEY) {
                throw Problem.badRequest(
                                "key is not %d to %d characters".formatted(MIN_KEY, MAX_KEY))
                        .refused();
            }
        }
        buckets.change(
                asked(call),
                bucket -> {
                    var sealed = buckets.urlKeys().sealed(bucket, keys);
                    return bucket.with(s -> s.with(s.antiLeech().withSealedKeys(sealed)));
                });
        call.done();
    }

    private void setCors(Call call) {
        var words = call.words();
        words.expect("corsRules");
        words.expect("set");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        var rules = corsRules(call.body());
        buckets.set(bucket.name(), settings -> settings.withCors(rules));
        call.done();
    }

    /** Nothing is no rule. */
    private static List<CorsRule> corsRules(Buffer body) {
        var rules = new ArrayList<CorsRule>();
        try {
            var json = body.length() == 0 ? new JsonArray() : new JsonArray(body);
            for (var i = 0; i < json.size(); i++) {
                rules.add(corsRule(json.getJsonObject(i)));
            }
            return rules;
        } catch (DecodeException | ClassCastException | NullPointerException _) {
            throw Problem.badRequest("not an array of CORS rules in JSON").refused();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }

    private static CorsRule corsRule(JsonObject json) {
        return new CorsRule(
                texts(json, "allowed_origin"),
                texts(json, "allowed_method"),
                texts(json, "allowed_header"),
                texts(json, "exposed_header"),
                json.getLong("max_age", 0L));
    }

    private static List<String> texts(JsonObject json, String name) {
        var texts = new ArrayList<String>();
        var array = json.getJsonArray(name, new JsonArray());
        for (var i = 0; array != null && i < array.size(); i++) {
            texts.add(array.getString(i));
        }
        return texts;
    }

    private void cors(Call call) {
        var words = call.words();
        words.expect("corsRules");
        words.expect("get");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        call.answer(BucketJson.cors(bucket.settings().cors()));
    }
}
