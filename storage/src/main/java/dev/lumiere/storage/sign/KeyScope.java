package dev.lumiere.storage.sign;

import dev.lumiere.storage.rule.ObjectKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do, and where. A word that is no act of this release, as a later one may have
 * written it, allows nothing here; it is kept, since the key's secret is sealed for it too, and so
 * that what later releases know of the key is the same. What no release can have written, as it is
 * no word of {@code a-z}, digits and hyphens, is left out, so that no two scopes have one text.
 *
 * @param words of the acts it may be used for, and no others, as they were written
 * @param places buckets, or the beginnings of keys in them as {@code bucket:prefix}; empty for all
 *     there are
 */
public record KeyScope(List<String> words, List<String> places) {
    private static final int MAX_PLACES = 100;
    private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    /** Never to be changed: there are secrets that are sealed for them. */
    private static final List<String> FIRST_WORDS = List.of("read", "write", "delete", "manage");

    /** Everything, as the first key of an account may. */
    public static final KeyScope ALL = new KeyScope(words(EnumSet.allOf(Act.class)), List.of());

    public KeyScope {
        words = words.stream().filter(KeyScope::isWord).toList();
        places = List.copyOf(places);
    }

    /**
     * As somebody asks for it.
     *
     * @param words of acts; none for all
     * @param places none for all
     * @throws IllegalArgumentException naming what is wrong
     */
    public static KeyScope parse(Collection<String> words, Collection<String> places) {
        var acts = EnumSet.noneOf(Act.class);
        for (var word : words) {
            var act = named(word);
            if (act == null) {
                throw new IllegalArgumentException(
                        "no kind of act: %s (there are %s)".formatted(word, ALL.words));
            }
            acts.add(act);
        }
        if (places.size() > MAX_PLACES) {
            throw new IllegalArgumentException("over " + MAX_PLACES + " buckets");
        }
        places.forEach(KeyScope::check);
        return new KeyScope(
                words.isEmpty() ? ALL.words : words(acts), List.copyOf(new TreeSet<>(places)));
    }

    private static void check(String place) {
        var bucket = bucket(place);
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "bucket name is not 3 to 63 of a-z, 0-9 and inner hyphens: " + bucket);
        }
        if (!ObjectKey.fits(prefix(place))) {
            throw new IllegalArgumentException(
                    "a prefix is over %d bytes: in %s".formatted(ObjectKey.MAX_BYTES, bucket));
        }
    }

    @SuppressWarnings("ConstantValue") // JSON may have null
    private static boolean isWord(String text) {
        return text != null && WORD.matcher(text).matches();
    }

    /**
     * As it is in an event.
     *
     * @param words of acts, also of a later release; null for all, or where places are named, for
     *     those that there were when such were written
     * @param places null for all
     */
    public static KeyScope ofEvent(@Nullable List<String> words, @Nullable List<String> places) {
        if (places == null) {
            return new KeyScope(words == null ? ALL.words : words, List.of());
        }
        return new KeyScope(words == null ? FIRST_WORDS : words, places);
    }

    private static @Nullable Act named(String word) {
        return Arrays.stream(Act.values())
                .filter(act -> act.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    private static String bucket(String place) {
        var colon = place.indexOf(':');
        return colon < 0 ? place : place.substring(0, colon);
    }

    private static String prefix(String place) {
        var colon = place.indexOf(':');
        return colon < 0 ? "" : place.substring(colon + 1);
    }

    private static List<String> words(Set<Act> acts) {
        return acts.stream().map(Act::word).toList();
    }

    /** Whether nothing is refused. */
    public boolean allowsAll() {
        return equals(ALL);
    }

    /** Whether an act is allowed somewhere. */
    public boolean allows(Act act) {
        return words.contains(act.word());
    }

    /**
     * Whether an act is allowed.
     *
     * @param key of the object, or the beginning of all keys that are meant; empty if the bucket as
     *     a whole is
     */
    public boolean allows(Act act, String bucket, String key) {
        return allows(act)
                && (places.isEmpty()
                        || places.stream()
                                .anyMatch(place ->
                                        bucket(place).equals(bucket)
                                                && key.startsWith(prefix(place))));
    }

    /** Whether anything in a bucket is allowed. */
    public boolean concerns(String bucket) {
        return places.isEmpty() || places.stream().anyMatch(p -> bucket(p).equals(bucket));
    }

    /** A text that no other scope has, and that never changes: secrets are sealed for it. */
    public String text() {
        return String.join(",", words)
                + places.stream()
                        .map(place -> "\n" + place.length() + ":" + place)
                        .collect(Collectors.joining());
    }
}
