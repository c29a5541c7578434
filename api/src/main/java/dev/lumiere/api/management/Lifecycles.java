package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.LifecycleRule;
import dev.lumiere.storage.rule.Quota;
import dev.lumiere.storage.rule.StorageClass;
import dev.lumiere.storage.sign.Act;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Calls by which it is said how long objects are kept, and how many.
 *
 * <pre>{@code
 * /rules/add?bucket=&name=&prefix=&delete_after_days=&to_line_after_days=&…  /rules/update?…   the same
 * /rules/delete?bucket=&name=     /rules/get?bucket=      [{"name", "prefix", …}]
 * /setbucketquota/<bucket>/size/<bytes>/count/<objects>   0: as it is, -1: any number
 * /getbucketquota/<bucket>        {"size", "count"}
 * }</pre>
 */
final class Lifecycles {
    /** Days until another storage class. */
    static final Map<StorageClass, String> OF_CLASSES =
            Map.of(
                    StorageClass.INFREQUENT_ACCESS, "to_line_after_days",
                    StorageClass.ARCHIVE_INSTANT_RETRIEVAL, "to_archive_ir_after_days",
                    StorageClass.ARCHIVE, "to_archive_after_days",
                    StorageClass.DEEP_ARCHIVE, "to_deep_archive_after_days");

    private final BucketCatalog buckets;

    Lifecycles(BucketCatalog buckets) {
        this.buckets = buckets;
    }

    void addTo(SignedCalls calls) {
        calls.on("/rules/get", this::get);
        calls.onPost("/rules/add", this::add);
        calls.onPost("/rules/update", this::update);
        calls.onPost("/rules/delete", this::delete);
        calls.onPost("/setbucketquota/", this::setQuota);
        calls.on("/getbucketquota/", this::quota);
    }

    private void get(Call call) {
        var bucket = call.buckets().find(call.parameters().required("bucket"));
        call.answer(BucketJson.lifecycle(bucket.settings().lifecycle()));
    }

    private void add(Call call) {
        var rule = allowed(call);
        change(
                call,
                rules -> {
                    for (var there : rules) {
                        if (there.name().equals(rule.name())) {
                            throw Problem.of(614, "rule exists: " + rule.name()).refused();
                        }
                    }
                    return with(rules, rule);
                });
    }

    private void update(Call call) {
        var rule = allowed(call);
        change(call, rules -> with(without(rules, rule.name()), rule));
    }

    private void delete(Call call) {
        var name = call.parameters().required("name");
        change(call, rules -> without(rules, name));
    }

    private static List<LifecycleRule> without(List<LifecycleRule> rules, String name) {
        var others = rules.stream().filter(rule -> !rule.name().equals(name)).toList();
        if (others.size() == rules.size()) {
            throw Problem.of(612, "no such rule: " + name).refused();
        }
        return others;
    }

    private static List<LifecycleRule> with(List<LifecycleRule> rules, LifecycleRule rule) {
        for (var there : rules) {
            if (there.prefix().equals(rule.prefix())) {
                throw Encoded.refused("there is a rule of that prefix", there.name());
            }
        }
        var more = new ArrayList<>(rules);
        more.add(rule);
        return more;
    }

    /** Who makes a rule that deletes may delete what it deletes. */
    private static LifecycleRule allowed(Call call) {
        var rule = rule(call.parameters());
        if (rule.deleteAfterDays() > 0) {
            var bucket = call.parameters().required("bucket");
            call.buckets().find(bucket, Act.DELETE, rule.prefix());
        }
        return rule;
    }

    private static LifecycleRule rule(Parameters parameters) {
        var classAfterDays = new EnumMap<StorageClass, Integer>(StorageClass.class);
        OF_CLASSES.forEach((to, name) -> {
            var days = parameters.number(name, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
            if (days != 0) {
                classAfterDays.put(to, days);
            }
        });
        try {
            return new LifecycleRule(
                    parameters.required("name"),
                    parameters.text("prefix", ""),
                    parameters.number("delete_after_days", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                    classAfterDays);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }

    private void change(Call call, UnaryOperator<List<LifecycleRule>> change) {
        var bucket = call.buckets().find(call.parameters().required("bucket"));
        buckets.set(
                bucket.name(),
                settings -> settings.withLifecycle(change.apply(settings.lifecycle())));
        call.done();
    }

    private void setQuota(Call call) {
        var words = call.words();
        words.expect("setbucketquota");
        var bucket = call.buckets().find(words.word("bucket"));
        words.expect("size");
        var bytes = amount("size", words.word("size"));
        words.expect("count");
        var count = amount("count", words.word("count"));
        words.end();
        buckets.set(
                bucket.name(),
                settings -> {
                    var before = settings.quota();
                    return settings.with(
                            new Quota(
                                    bytes == 0 ? before.bytes() : bytes,
                                    count == 0 ? before.count() : count));
                });
        call.done();
    }

    private static long amount(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Encoded.refused(name + " is no number", text);
        }
    }

    private void quota(Call call) {
        var words = call.words();
        words.expect("getbucketquota");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        call.answer(BucketJson.quota(bucket.settings().quota()));
    }
}
