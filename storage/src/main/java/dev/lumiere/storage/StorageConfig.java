package dev.lumiere.storage;

import dev.lumiere.service.Settings;
import dev.lumiere.storage.rule.BucketRules;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which buckets there are.
 *
 * @param buckets the directory of each, by name
 * @param rules how their objects are served, by name; of a bucket that is not in there nothing was
 *     said
 * @param maxAtHand how many objects are remembered
 * @param maxAge how old an answer from memory may be, and so how late a change is seen
 */
public record StorageConfig(
        Map<String, Path> buckets, Map<String, BucketRules> rules, int maxAtHand, Duration maxAge) {
    /** Means the gateway's way to services, never a bucket. */
    private static final String RESERVED = "service";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
    private static final int MAX_AT_HAND = 32_768;
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException with one line for each fault
     */
    public StorageConfig {
        buckets = Map.copyOf(buckets);
        rules = Map.copyOf(rules);
        var faults = faults(buckets);
        if (maxAtHand < 1) {
            faults.add("storage.maxAtHand is below 1: " + maxAtHand);
        }
        if (maxAge.isNegative()) {
            faults.add("storage.maxAge is negative: " + maxAge);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
    }

    /** These buckets, and the defaults. */
    public static StorageConfig of(Map<String, Path> buckets) {
        return of(buckets, Map.of());
    }

    /** These buckets with these rules, and the defaults. */
    public static StorageConfig of(Map<String, Path> buckets, Map<String, BucketRules> rules) {
        return new StorageConfig(buckets, rules, MAX_AT_HAND, MAX_AGE);
    }

    /**
     * Reads {@code storage.…}; what is wrong becomes a fault of the settings.
     *
     * @param otherwise the buckets where {@code storage.buckets} names none
     * @param rulesOtherwise the rules of those where no setting says any
     */
    public static StorageConfig from(
            Settings settings,
            Map<String, Path> otherwise,
            Map<String, BucketRules> rulesOtherwise) {
        var text = settings.text("storage.buckets", "");
        var maxAtHand = settings.integer("storage.maxAtHand", MAX_AT_HAND, 1, 10_000_000);
        var maxAge = settings.duration("storage.maxAge", MAX_AGE);
        var faults = new ArrayList<String>();
        var buckets = text.isBlank() ? otherwise : read(text, faults);
        faults.addAll(faults(buckets));
        var rules =
                BucketRules.from(
                        settings, buckets.keySet(), text.isBlank() ? rulesOtherwise : Map.of());
        faults.forEach(settings::fault);
        return new StorageConfig(faults.isEmpty() ? buckets : Map.of(), rules, maxAtHand, maxAge);
    }

    /** Reads {@code name=directory,name=directory}. */
    private static Map<String, Path> read(String text, List<String> faults) {
        var buckets = new LinkedHashMap<String, Path>();
        for (var item : text.split(",", -1)) {
            var equals = item.indexOf('=');
            if (equals < 0) {
                faults.add("storage.buckets is not name=directory: " + item);
                continue;
            }
            var name = item.substring(0, equals).strip();
            try {
                var directory = Path.of(item.substring(equals + 1).strip());
                if (buckets.put(name, directory) != null) {
                    faults.add("bucket named twice: " + name);
                }
            } catch (InvalidPathException e) {
                faults.add("bucket " + name + " has no valid directory: " + e.getReason());
            }
        }
        return buckets;
    }

    private static List<String> faults(Map<String, Path> buckets) {
        var faults = new ArrayList<String>();
        buckets.forEach((name, directory) -> {
            if (name.equals(RESERVED)) {
                faults.add("bucket name is reserved: " + name);
            } else if (!NAME.matcher(name).matches()) {
                faults.add("bucket name is not 3 to 63 of a-z, 0-9 and inner hyphens: " + name);
            }
            if (!Files.isDirectory(directory)) {
                faults.add("bucket " + name + " has no such directory: " + directory);
            }
        });
        faults.sort(null);
        return faults;
    }
}
