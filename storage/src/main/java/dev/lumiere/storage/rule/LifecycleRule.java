package dev.lumiere.storage.rule;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long objects are kept whose keys begin in some way, and in which storage class.
 *
 * @param name 1 to 49 letters, digits and underscores
 * @param prefix of keys; the rule with the longest that fits counts, and of each prefix there is
 *     one
 * @param deleteAfterDays from when the content was put, 1 to 36500; 0 for good
 * @param classAfterDays when they go to which class, from when the content was put, each later than
 *     the one before it; less than 0 at once
 */
public record LifecycleRule(
        String name,
        String prefix,
        int deleteAfterDays,
        Map<StorageClass, Integer> classAfterDays) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,49}");
    private static final int MAX_DAYS = 36_500;

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public LifecycleRule {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of a rule is not 1 to 49 letters, digits and underscores: " + name);
        }
        if (prefix.length() > ObjectKey.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "prefix over " + ObjectKey.MAX_BYTES + " characters");
        }
        if (deleteAfterDays < 0 || deleteAfterDays > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "days are not 0 to %d: %d".formatted(MAX_DAYS, deleteAfterDays));
        }
        // older nodes did not write them
        classAfterDays = Map.copyOf(Objects.requireNonNullElse(classAfterDays, Map.of()));
        StorageClass.checkDays(classAfterDays, deleteAfterDays);
    }

    /** One that only deletes. */
    public static LifecycleRule deleting(String name, String prefix, int days) {
        return new LifecycleRule(name, prefix, days, Map.of());
    }

    /** The class in which an object is to be so many days after its content was put. */
    public @Nullable StorageClass classAfter(long days) {
        return StorageClass.COLDER_AND_COLDER.reversed().stream()
                .filter(each -> {
                    var its = classAfterDays.getOrDefault(each, 0);
                    return its < 0 || (its > 0 && its <= days);
                })
                .findFirst()
                .orElse(null);
    }

    /** The rule that counts for a key; null if none does. */
    public static @Nullable LifecycleRule of(String key, List<LifecycleRule> rules) {
        return rules.stream()
                .filter(rule -> key.startsWith(rule.prefix))
                .max(Comparator.comparingInt(rule -> rule.prefix.length()))
                .orElse(null);
    }
}
