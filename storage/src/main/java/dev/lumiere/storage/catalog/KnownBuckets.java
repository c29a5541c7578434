package dev.lumiere.storage.catalog;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All buckets, in memory. What is told of one may come in any order and again: the newest counts.
 */
final class KnownBuckets {
    private final Map<String, Known> byName = new ConcurrentHashMap<>();

    /**
     * The newest that is known.
     *
     * @param bucket null if it was dropped
     */
    private record Known(long version, @Nullable Bucket bucket) {
        Known newer(Known other) {
            return other.version > version ? other : this;
        }
    }

    /**
     * A bucket, as of a version of its stream.
     *
     * @param bucket null if it was dropped
     */
    void learn(String name, long version, @Nullable Bucket bucket) {
        byName.merge(name, new Known(version, bucket), Known::newer);
    }

    /** Null if there is none. */
    @Nullable Bucket find(String name) {
        var known = byName.get(name);
        return known == null ? null : known.bucket;
    }

    /** By name. */
    List<Bucket> all() {
        return byName.values().stream()
                .flatMap(known -> Stream.ofNullable(known.bucket))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }
}
