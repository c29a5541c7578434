package dev.lumiere.storage.bucket;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All buckets, in memory. What is told of one may come in any order and again: the newest counts.
 */
public final class KnownBuckets {
    private final Map<String, Known> byName = new ConcurrentHashMap<>();

    /** Names of buckets by their hosts: one, but for a moment in which a host changes hands. */
    private final Map<String, List<String>> byHost = new ConcurrentHashMap<>();

    /** Names of those that have rules by which others are told. */
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    /**
     * The newest that is known.
     *
     * @param bucket null if it was dropped
     */
    private record Known(long version, @Nullable Bucket bucket) {
        List<String> domains() {
            return bucket == null ? List.of() : bucket.domains();
        }
    }

    /**
     * A bucket, as of a version of its stream.
     *
     * @param bucket null if it was dropped
     */
    synchronized void learn(String name, long version, @Nullable Bucket bucket) {
        var before = byName.get(name);
        if (before != null && before.version >= version) {
            return;
        }
        var now = new Known(version, bucket);
        byName.put(name, now);
        if (bucket == null || bucket.settings().events().isEmpty()) {
            watched.remove(name);
        } else {
            watched.add(name);
        }
        if (before != null) {
            before.domains().forEach(host -> byHost.computeIfPresent(host, without(name)));
        }
        now.domains().forEach(host -> byHost.merge(host, List.of(name), KnownBuckets::joined));
    }

    private static BiFunction<String, List<String>, @Nullable List<String>> without(String name) {
        return (_, names) -> {
            var others = names.stream().filter(each -> !each.equals(name)).toList();
            return others.isEmpty() ? null : others;
        };
    }

    private static List<String> joined(List<String> names, List<String> more) {
        return Stream.concat(names.stream(), more.stream()).toList();
    }

    /**
     * The bucket that has a host.
     *
     * @param host in small letters, without a port
     * @return null if none has
     */
    @Nullable String at(String host) {
        var names = byHost.get(host);
        return names == null ? null : names.getLast();
    }

    /** Null if there is none. */
    public @Nullable Bucket find(String name) {
        var known = byName.get(name);
        return known == null ? null : known.bucket;
    }

    /** Those of whose objects others are told. */
    List<Bucket> watched() {
        return watched.stream().flatMap(name -> Stream.ofNullable(find(name))).toList();
    }

    /** By name. */
    List<Bucket> all() {
        return byName.values().stream()
                .flatMap(known -> Stream.ofNullable(known.bucket))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }
}
