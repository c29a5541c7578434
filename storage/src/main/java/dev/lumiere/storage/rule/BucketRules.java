package dev.lumiere.storage.rule;

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
 * @param servesIndex whether a key that is empty or ends with a slash means the {@code index.html}
 *     there, if there is nothing of that key
 */
public record BucketRules(
        Map<String, String> styles,
        String separators,
        boolean protectsOriginals,
        @Nullable String fallback,
        boolean servesIndex) {
    private static final String SEPARATOR = "-";

    /** Safe in a path, and none of them begins a style's parameter. */
    private static final String SEPARATORS = "-_!/~$";

    private static final Pattern STYLE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_STYLES = 500;
    private static final int MAX_STYLE_LENGTH = 1000;

    /** A bucket of which nothing was said. */
    public static final BucketRules NONE = new BucketRules(Map.of(), SEPARATOR, false, null, false);

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
        styles.forEach(BucketRules::checkStyle);
        if (separators.isEmpty() || !separators.chars().allMatch(c -> SEPARATORS.indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "separators are not some of " + SEPARATORS + " : " + separators);
        }
        if (fallback != null && !ObjectKey.namesFile(fallback)) {
            throw new IllegalArgumentException("fallback can be no key: " + fallback);
        }
    }

    private static void checkStyle(String name, String pipeline) {
        if (!STYLE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "style name is not 1 to 64 of letters, digits, _ and -: " + name);
        }
        if (pipeline.length() > MAX_STYLE_LENGTH) {
            throw new IllegalArgumentException(
                    "style %s is over %d characters".formatted(name, MAX_STYLE_LENGTH));
        }
    }

    /** These styles, behind any of these separators. */
    public static BucketRules of(Map<String, String> styles, String separators) {
        return new BucketRules(styles, separators, false, null, false);
    }

    /** The same with one more style, or another pipeline under its name. */
    public BucketRules withStyle(String name, String pipeline) {
        var more = new LinkedHashMap<>(styles);
        more.put(name, pipeline);
        return withStyles(more);
    }

    private BucketRules withNewStyle(String name, String pipeline) {
        if (styles.containsKey(name)) {
            throw new IllegalArgumentException("style named twice: " + name);
        }
        return withStyle(name, pipeline);
    }

    /** The same without a style. */
    public BucketRules withoutStyle(String name) {
        var fewer = new LinkedHashMap<>(styles);
        fewer.remove(name);
        return withStyles(fewer);
    }

    private BucketRules withStyles(Map<String, String> others) {
        return new BucketRules(others, separators, protectsOriginals, fallback, servesIndex);
    }

    /** The same with any of these before a style. */
    public BucketRules withSeparators(String others) {
        return new BucketRules(styles, others, protectsOriginals, fallback, servesIndex);
    }

    private BucketRules withFallback(String key) {
        return new BucketRules(styles, separators, protectsOriginals, key, servesIndex);
    }

    /** The same, with pictures served through a style only, or not. */
    public BucketRules withProtection(boolean protects) {
        return new BucketRules(styles, separators, protects, fallback, servesIndex);
    }

    /** The same, with or without index pages. */
    public BucketRules withIndex(boolean serves) {
        return new BucketRules(styles, separators, protectsOriginals, fallback, serves);
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
    public static Map<String, BucketRules> from(
            Settings settings, Set<String> buckets, Map<String, BucketRules> otherwise) {
        var reading = new Reading(settings, buckets);
        reading.read(
                "storage.styles",
                "bucket:name=pipeline",
                (rules, value) -> {
                    var equals = value.indexOf('=');
                    return equals < 0
                            ? null
                            : rules.withNewStyle(
                                    value.substring(0, equals).strip(),
                                    value.substring(equals + 1).strip());
                });
        reading.read("storage.separators", "bucket:characters", BucketRules::withSeparators);
        reading.read("storage.fallbacks", "bucket:key", BucketRules::withFallback);
        reading.read(
                "storage.protected",
                "bucket",
                (rules, value) -> value.isEmpty() ? rules.withProtection(true) : null);
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
