package dev.lumiere.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.service.file.OpenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All buckets, by name, and what was lately found in them. A change is seen when what is remembered
 * has aged, which {@link StorageConfig#maxAge} bounds.
 */
public final class Buckets {
    private static final Lookup NO_SUCH_BUCKET = new Lookup.NoSuchBucket();

    private final Map<String, DirectoryBucket> buckets;
    private final Map<String, BucketRules> rules;
    private final Cache<Name, Lookup> atHand;

    private record Name(String bucket, String key) {}

    /**
     * Makes the buckets.
     *
     * @throws UncheckedIOException if a directory is not there any more
     */
    public Buckets(StorageConfig config, InstantSource clock) {
        var made = new HashMap<String, DirectoryBucket>();
        try {
            for (var bucket : config.buckets().entrySet()) {
                made.put(bucket.getKey(), new DirectoryBucket(bucket.getKey(), bucket.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buckets = Map.copyOf(made);
        rules = config.rules();
        atHand =
                Caffeine.newBuilder()
                        .maximumSize(config.maxAtHand())
                        .expireAfterWrite(config.maxAge())
                        .ticker(() -> nanos(clock))
                        .executor(Runnable::run)
                        .build();
    }

    public boolean has(String bucket) {
        return buckets.containsKey(bucket);
    }

    /** How a bucket's objects are served; {@link BucketRules#NONE} if it is not there. */
    public BucketRules rules(String bucket) {
        return rules.getOrDefault(bucket, BucketRules.NONE);
    }

    public Set<String> names() {
        return buckets.keySet();
    }

    /** What memory tells, without waiting; null if it does not. */
    public @Nullable Lookup atHand(String bucket, String key) {
        return has(bucket) ? atHand.getIfPresent(new Name(bucket, key)) : NO_SUCH_BUCKET;
    }

    /**
     * Looks in memory, then on the disk.
     *
     * @throws dev.lumiere.service.Problem.Refused 503 if the disk fails
     */
    public Lookup find(String bucket, String key) {
        var directory = buckets.get(bucket);
        if (directory == null) {
            return NO_SUCH_BUCKET;
        }
        var name = new Name(bucket, key);
        var known = atHand.getIfPresent(name);
        if (known != null) {
            return known;
        }
        var found = directory.find(key);
        if (key.length() <= ObjectKey.MAX_BYTES) {
            atHand.put(name, found);
        }
        return found;
    }

    /** Looks on the disk whether an object is still what it was; if not, it is looked for anew. */
    public boolean isUnchanged(StoredObject object) {
        var directory = buckets.get(object.bucket());
        if (directory == null) {
            return false;
        }
        var unchanged = directory.isUnchanged(object);
        if (!unchanged) {
            atHand.invalidate(new Name(object.bucket(), object.key()));
        }
        return unchanged;
    }

    /**
     * Opens an object that was found, safe against links that somebody puts in its way. Does not
     * read what memory tells.
     *
     * @return null if it is not there any more as it was: look again
     */
    public @Nullable OpenFile open(StoredObject object) {
        var directory = buckets.get(object.bucket());
        var file = directory == null ? null : directory.open(object);
        if (file == null) {
            atHand.invalidate(new Name(object.bucket(), object.key()));
        }
        return file;
    }

    private static long nanos(InstantSource clock) {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
