package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is set for a bucket, as people read it: a line for each thing that is. */
final class BucketLines {
    private final JsonNode info;
    private final List<String> lines = new ArrayList<>();

    private BucketLines(JsonNode info) {
        this.info = info;
    }

    /** Of what {@code /v2/bucketInfo} tells. */
    static List<String> of(JsonNode info) {
        var lines = new BucketLines(info);
        lines.addServing();
        lines.addRights();
        lines.addKeeping();
        return lines.lines;
    }

    private void add(String name, Object value) {
        lines.add("%-14s  %s".formatted(name, value));
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }

    private static String joined(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).collect(Collectors.joining(" "));
    }

    private void addServing() {
        add("region", info.path("region").asText());
        info.path("domains").forEach(domain -> add("domain", domain.asText()));
        info.path("styles")
                .properties()
                .forEach(style -> add("style", style.getKey() + "=" + style.getValue().asText()));
        add("separator", info.path("separator").asText());
        add("protect", yes(info.path("protected").asInt() == 1));
        add("index", yes(info.path("no_index_page").asInt() == 0));
        var maxAge = info.path("max_age").asLong();
        add("max-age", maxAge == 0 ? "default" : Long.toString(maxAge));
    }

    private void addRights() {
        add("private", yes(info.path("private").asInt() == 1));
        var mode = info.path("anti_leech_mode").asInt();
        if (mode != 0) {
            var patterns = joined(info.path(mode == 1 ? "refer_wl" : "refer_bl"));
            var none = info.path("no_refer").asBoolean() ? ", and none" : ", not none";
            add(mode == 1 ? "allow-referer" : "deny-referer", patterns + none);
        }
        var keys = info.path("timestamp_keys").asInt();
        if (keys > 0) {
            add("url-keys", keys);
        }
        for (var rule : info.path("cors_rules")) {
            add(
                    "cors",
                    joined(rule.path("allowed_origin"))
                            + "  "
                            + joined(rule.path("allowed_method")));
        }
    }

    private static void addStep(List<String> steps, String what, JsonNode days) {
        var number = days.asInt();
        if (number != 0) {
            steps.add(number < 0 ? what + " at once" : what + " after " + number + " days");
        }
    }

    private void addKeeping() {
        for (var rule : info.path("lifecycle_rules")) {
            var steps = new ArrayList<String>();
            addStep(steps, "infrequent access", rule.path("to_line_after_days"));
            addStep(steps, "archive, instant", rule.path("to_archive_ir_after_days"));
            addStep(steps, "archive", rule.path("to_archive_after_days"));
            addStep(steps, "deep archive", rule.path("to_deep_archive_after_days"));
            addStep(steps, "deleted", rule.path("delete_after_days"));
            add(
                    "lifecycle",
                    "%s  %s*  %s"
                            .formatted(
                                    rule.path("name").asText(),
                                    rule.path("prefix").asText(),
                                    steps.isEmpty() ? "kept" : String.join("; ", steps)));
        }
        var used = info.path("used");
        if (!used.isMissingNode()) { // as it is while a node of a part of the catalog is away
            add(
                    "used",
                    "%d bytes, %s"
                            .formatted(
                                    used.path("size").asLong(),
                                    objects(used.path("count").asLong())));
        }
        var quota = info.path("quota");
        var bytes = quota.path("size").asLong();
        var count = quota.path("count").asLong();
        if (bytes >= 0) {
            add("quota", bytes + " bytes");
        }
        if (count >= 0) {
            add("quota", objects(count));
        }
    }

    private static String objects(long count) {
        return count == 1 ? "1 object" : count + " objects";
    }
}
