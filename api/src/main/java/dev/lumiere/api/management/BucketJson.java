package dev.lumiere.api.management;

import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Usage;
import dev.lumiere.storage.rule.CorsRule;
import dev.lumiere.storage.rule.EventRule;
import dev.lumiere.storage.rule.LifecycleRule;
import dev.lumiere.storage.rule.Quota;
import dev.lumiere.storage.rule.RefererRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is told of a bucket, in the fields that SDKs read, and a few more. */
final class BucketJson {
    private BucketJson() {}

    static JsonObject info(Bucket bucket) {
        var settings = bucket.settings();
        var rules = settings.rules();
        var json =
                JsonObject.of(
                                "source",
                                sources(bucket),
                                "host",
                                host(bucket),
                                "protected",
                                rules.protectsOriginals() ? 1 : 0,
                                "separator",
                                rules.separators())
                        .put("styles", new JsonObject(new TreeMap<>(rules.styles())))
                        .put("private", bucket.isPrivate() ? 1 : 0)
                        .put("no_index_page", rules.servesIndex() ? 0 : 1)
                        .put("max_age", Math.max(0, bucket.maxAge()))
                        .put("region", bucket.region())
                        .put("zone", bucket.region())
                        .put("ctime", bucket.created())
                        .put("domains", new JsonArray(bucket.domains()))
                        .put("cors_rules", cors(settings.cors()))
                        .put("lifecycle_rules", lifecycle(settings.lifecycle()))
                        .put("quota", quota(settings.quota()));
        return putAntiLeech(bucket, json);
    }

    private static String sources(Bucket bucket) {
        return bucket.origins().stream().map(Origin::url).collect(Collectors.joining(";"));
    }

    private static String host(Bucket bucket) {
        return bucket.origins().isEmpty() ? "" : bucket.origins().getFirst().host();
    }

    /** Of the keys that sign URLs only how many there are. */
    private static JsonObject putAntiLeech(Bucket bucket, JsonObject json) {
        var antiLeech = bucket.settings().antiLeech();
        var referer = antiLeech.referer();
        var patterns = new JsonArray(referer.patterns());
        var none = new JsonArray();
        return json.put("anti_leech_mode", referer.mode().number())
                .put("refer_wl", referer.mode() == RefererRule.Mode.ALLOW ? patterns : none)
                .put("refer_bl", referer.mode() == RefererRule.Mode.DENY ? patterns : none)
                .put("no_refer", referer.allowsNone())
                .put("source_enabled", antiLeech.checksReferer())
                .put("timestamp_keys", antiLeech.sealedKeys().size());
    }

    static JsonArray cors(List<CorsRule> rules) {
        var json = new JsonArray();
        for (var rule : rules) {
            json.add(
                    JsonObject.of(
                            "allowed_origin", new JsonArray(rule.origins()),
                            "allowed_method", new JsonArray(rule.methods()),
                            "allowed_header", new JsonArray(rule.headers()),
                            "exposed_header", new JsonArray(rule.exposed()),
                            "max_age", rule.maxAge()));
        }
        return json;
    }

    static JsonArray lifecycle(List<LifecycleRule> rules) {
        var json = new JsonArray();
        for (var rule : rules) {
            var each =
                    JsonObject.of(
                            "name", rule.name(),
                            "prefix", rule.prefix(),
                            "delete_after_days", rule.deleteAfterDays());
            Lifecycles.OF_CLASSES.forEach(
                    (to, name) -> each.put(name, rule.classAfterDays().getOrDefault(to, 0)));
            json.add(each);
        }
        return json;
    }

    /** In the fields of a quota. */
    static JsonObject usage(Usage usage) {
        return JsonObject.of("size", usage.bytes(), "count", usage.objects());
    }

    /** Not for who may read only: a URL may be a secret. */
    static JsonArray events(List<EventRule> rules) {
        var json = new JsonArray();
        for (var rule : rules) {
            json.add(
                    JsonObject.of(
                                    "name", rule.name(),
                                    "prefix", rule.prefix(),
                                    "suffix", rule.suffix(),
                                    "events", new JsonArray(rule.events()),
                                    "callback_urls", new JsonArray(rule.urls()),
                                    "access_key", rule.accessKey())
                            .put("host", rule.host()));
        }
        return json;
    }

    static JsonObject quota(Quota quota) {
        return JsonObject.of("size", quota.bytes(), "count", quota.count());
    }
}
