package dev.lumiere.storage.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do, and where.
 *
 * @param acts none of the others
 * @param places buckets, or the beginnings of keys in them as {@code bucket:prefix}; empty for all
 *     there are
 */
public record KeyScope(Set<Act> acts, List<String> places) {
    private static final int MAX_PLACES = 100;
    private static final int MAX_PREFIX_BYTES = 750;
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    /** Everything, as the first key of an account may. */
    public static final KeyScope ALL = new KeyScope(EnumSet.allOf(Act.class), List.of());

    public KeyScope {
        var ordered = EnumSet.noneOf(Act.class);
        ordered.addAll(acts);
        acts = Collections.unmodifiableSet(ordered);
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
                        "no kind of act: %s (there are %s)".formatted(word, words(ALL.acts)));
            }
            acts.add(act);
        }
        if (places.size() > MAX_PLACES) {
            throw new IllegalArgumentException("over " + MAX_PLACES + " buckets");
        }
        places.forEach(KeyScope::check);
        return new KeyScope(words.isEmpty() ? ALL.acts : acts, List.copyOf(new TreeSet<>(places)));
    }

    private static void check(String place) {
        var bucket = bucket(place);
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "bucket name is not 3 to 63 of a-z, 0-9 and inner hyphens: " + bucket);
        }
        var prefix = prefix(place);
        if (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
            throw new IllegalArgumentException(
                    "a prefix is over %d bytes: in %s".formatted(MAX_PREFIX_BYTES, bucket));
        }
    }

    /**
     * As it is in an event. An act of a later release is passed over, so that the key may do less.
     *
     * @param words of acts; null for all
     * @param places null for all
     */
    public static KeyScope ofEvent(@Nullable List<String> words, @Nullable List<String> places) {
        var acts =
                words == null
                        ? ALL.acts
                        : words.stream()
                                .flatMap(word -> Stream.ofNullable(named(word)))
                                .collect(Collectors.toSet());
        return new KeyScope(acts, places == null ? List.of() : places);
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

    /** Of its acts, in their order. */
    public List<String> words() {
        return words(acts);
    }

    private static List<String> words(Set<Act> acts) {
        return acts.stream().map(Act::word).toList();
    }

    /** Whether nothing is refused. */
    public boolean allowsAll() {
        return equals(ALL);
    }

    /**
     * Whether an act is allowed.
     *
     * @param key of the object, or the beginning of all keys that are meant; empty if the bucket as
     *     a whole is
     */
    public boolean allows(Act act, String bucket, String key) {
        return acts.contains(act)
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

    /** A text that no other scope has. */
    public String text() {
        return String.join(",", words())
                + places.stream()
                        .map(place -> "\n" + place.length() + ":" + place)
                        .collect(Collectors.joining());
    }
}
