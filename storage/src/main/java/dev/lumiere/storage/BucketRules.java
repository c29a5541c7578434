package dev.lumiere.storage;

import dev.lumiere.service.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a bucket's objects are served.
 *
 * @param styles pipelines by the names that may stand behind a key, {@code thumb} for {@code
 *     imageView2/1/w/200/h/200}; what a pipeline means is not this module's subject
 * @param separators any of these characters stands between a key and a style
 * @param protectsOriginals whether pictures are served through a style only
 * @param fallback key of the object that is served in place of one that is missing or cannot be
 *     processed; null for none
 */
public record BucketRules(
        Map<String, String> styles,
        String separators,
        boolean protectsOriginals,
        @Nullable String fallback) {
    private static final String SEPARATOR = "-";

    /** Safe in a path, and none of them begins a style's parameter. */
    private static final String SEPARATORS = "-_!/~$";

    private static final Pattern STYLE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_STYLES = 500;

    /** A bucket of which nothing was said. */
    public static final BucketRules NONE = new BucketRules(Map.of(), SEPARATOR, false, null);

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public BucketRules {
        styles = Map.copyOf(styles);
        if (styles.size() > MAX_STYLES) {
            throw new IllegalArgumentException("over " + MAX_STYLES + " styles");
        }
        for (var name : styles.keySet()) {
            if (!STYLE_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "style name is not 1 to 64 of letters, digits, _ and -: " + name);
            }
        }
        if (separators.isEmpty() || !separators.chars().allMatch(c -> SEPARATORS.indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "separators are not some of " + SEPARATORS + " : " + separators);
        }
        if (fallback != null && !ObjectKey.namesFile(fallback)) {
            throw new IllegalArgumentException("fallback can be no key: " + fallback);
        }
    }

    /** These styles, behind any of these separators. */
    public static BucketRules of(Map<String, String> styles, String separators) {
        return new BucketRules(styles, separators, false, null);
    }

    private BucketRules withStyle(String name, String pipeline) {
        var more = new LinkedHashMap<>(styles);
        if (more.put(name, pipeline) != null) {
            throw new IllegalArgumentException("style named twice: " + name);
        }
        return new BucketRules(more, separators, protectsOriginals, fallback);
    }

    private BucketRules withSeparators(String others) {
        return new BucketRules(styles, others, protectsOriginals, fallback);
    }

    private BucketRules withFallback(String key) {
        return new BucketRules(styles, separators, protectsOriginals, key);
    }

    private BucketRules withProtection() {
        return new BucketRules(styles, separators, true, fallback);
    }

    /**
     * Reads the rules of all buckets; what is wrong becomes a fault of the settings.
     *
     * <p>{@code storage.styles} is {@code demo:thumb=imageView2/1/w/200}, {@code
     * storage.separators} {@code demo:-!}, {@code storage.fallbacks} {@code demo:missing.jpg},
     * {@code storage.protected} {@code demo}, each any number of times with {@code ;} or a line's
     * end between.
     *
     * @param otherwise what holds as long as none of these settings is there
     */
    static Map<String, BucketRules> from(
            Settings settings, Set<String> buckets, Map<String, BucketRules> otherwise) {
        var reading = new Reading(settings, buckets);
        reading.read(
                "storage.styles",
                "bucket:name=pipeline",
                (rules, value) -> {
                    var equals = value.indexOf('=');
                    return equals < 0
                            ? null
                            : rules.withStyle(
                                    value.substring(0, equals).strip(),
                                    value.substring(equals + 1).strip());
                });
        reading.read("storage.separators", "bucket:characters", BucketRules::withSeparators);
        reading.read("storage.fallbacks", "bucket:key", BucketRules::withFallback);
        reading.read(
                "storage.protected",
                "bucket",
                (rules, value) -> value.isEmpty() ? rules.withProtection() : null);
        return reading.isEmpty ? otherwise : Map.copyOf(reading.rules);
    }

    /** Gathers rules by bucket, and mistakes. */
    private static final class Reading {
        private final Settings settings;
        private final Set<String> buckets;
        private final Map<String, BucketRules> rules = new HashMap<>();
        private boolean isEmpty = true;

        Reading(Settings settings, Set<String> buckets) {
            this.settings = settings;
            this.buckets = buckets;
        }

        void read(
                String setting,
                String form,
                BiFunction<BucketRules, String, @Nullable BucketRules> add) {
            for (var item : items(settings.text(setting, ""))) {
                isEmpty = false;
                var colon = item.indexOf(':');
                var bucket = colon < 0 ? item : item.substring(0, colon).strip();
                var value = colon < 0 ? "" : item.substring(colon + 1).strip();
                var known = rules.getOrDefault(bucket, NONE);
                try {
                    var more = colon < 0 && form.contains(":") ? null : add.apply(known, value);
                    if (more == null) {
                        settings.fault(setting + " is not " + form + ": " + item);
                    } else if (!buckets.contains(bucket)) {
                        settings.fault(setting + " names no bucket: " + bucket);
                    } else {
                        rules.put(bucket, more);
                    }
                } catch (IllegalArgumentException e) {
                    settings.fault(setting + " of bucket " + bucket + ": " + e.getMessage());
                }
            }
        }

        private static List<String> items(String text) {
            var items = new ArrayList<String>();
            for (var item : text.split("[;\n]", -1)) {
                if (!item.isBlank()) {
                    items.add(item.strip());
                }
            }
            return items;
        }
    }
}
