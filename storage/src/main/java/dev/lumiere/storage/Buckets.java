package dev.lumiere.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.Content.InStore;
import dev.lumiere.storage.RecentLookups.Name;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.BucketSettings;
import dev.lumiere.storage.rule.ObjectKey;
import dev.lumiere.storage.sign.TimestampRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All buckets, by name, and what was lately found in them. What this node changes is seen at once,
 * what others do or somebody in a folder when what is remembered has aged, which {@link
 * StorageConfig#maxAge} bounds.
 */
public final class Buckets {
    private static final int MAX_OPENED = 1000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Lookup NO_SUCH_BUCKET = new Lookup.NoSuchBucket();

    private final Map<String, DirectoryBucket> folders;
    private final @Nullable Catalog catalog;
    private final @Nullable BlobStore blobs;
    private final Map<String, BucketRules> rules;
    private final RecentLookups lookups;
    private volatile Origins origins = Origins.NONE;

    /** By the sealed keys that they were opened of. */
    private final Cache<List<String>, TimestampRule> urlRules =
            Caffeine.newBuilder().maximumSize(MAX_OPENED).executor(Runnable::run).build();

    /**
     * Those that are folders alone.
     *
     * @throws UncheckedIOException if a directory is not there any more
     */
    public Buckets(StorageConfig config, InstantSource clock) {
        this(config, null, null, clock);
    }

    /**
     * Those that are folders, and those of a catalog.
     *
     * @param blobs where the bytes of what is in the catalog are
     * @throws UncheckedIOException if a directory is not there any more
     */
    public Buckets(
            StorageConfig config,
            @Nullable Catalog catalog,
            @Nullable BlobStore blobs,
            InstantSource clock) {
        var made = new HashMap<String, DirectoryBucket>();
        try {
            for (var bucket : config.buckets().entrySet()) {
                made.put(bucket.getKey(), new DirectoryBucket(bucket.getKey(), bucket.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folders = Map.copyOf(made);
        this.catalog = catalog;
        this.blobs = blobs;
        rules = config.rules();
        lookups = new RecentLookups(config.maxAtHand(), config.maxAge(), clock);
        if (catalog != null) {
            catalog.watchedBy(this::forget);
        }
    }

    public boolean has(String bucket) {
        return folders.containsKey(bucket) || inCatalog(bucket) != null;
    }

    private @Nullable Bucket inCatalog(String bucket) {
        return catalog == null ? null : catalog.buckets().find(bucket);
    }

    /** The account that must have signed downloads; null if anybody may download. */
    public @Nullable String privateTo(String bucket) {
        var known = folders.containsKey(bucket) ? null : inCatalog(bucket);
        return known != null && known.isPrivate() ? known.account() : null;
    }

    /** The account whose bucket it is; null if it is not there, or is a folder. */
    public @Nullable String owner(String bucket) {
        var known = folders.containsKey(bucket) ? null : inCatalog(bucket);
        return known == null ? null : known.account();
    }

    /** Seconds for which what is of a bucket may be kept; negative where it does not say. */
    public long maxAge(String bucket) {
        var known = folders.containsKey(bucket) ? null : inCatalog(bucket);
        return known == null ? -1 : known.maxAge();
    }

    /** Null if there is no such bucket. */
    private @Nullable BucketObjects objects(String bucket) {
        var folder = folders.get(bucket);
        if (folder != null) {
            return folder;
        }
        return catalog == null || inCatalog(bucket) == null
                ? null
                : new CatalogBucket(bucket, catalog);
    }

    /** How a bucket's objects are served; {@link BucketRules#NONE} if it is not there. */
    public BucketRules rules(String bucket) {
        var ofFolder = rules.get(bucket);
        return ofFolder == null ? settings(bucket).rules() : ofFolder;
    }

    /** What is set for a bucket in the catalog; {@link BucketSettings#NONE} for any other. */
    public BucketSettings settings(String bucket) {
        var known = folders.containsKey(bucket) ? null : inCatalog(bucket);
        return known == null ? BucketSettings.NONE : known.settings();
    }

    /**
     * The bucket that has a host of its own.
     *
     * @param host in small letters, without a port
     * @return its name; null if none has
     */
    public @Nullable String at(String host) {
        return catalog == null ? null : catalog.buckets().domains().at(host);
    }

    /**
     * By what URLs of a bucket must be signed; null if they need not be.
     *
     * @throws dev.lumiere.service.Problem.Refused 403 if this node cannot open any of its keys
     */
    public @Nullable TimestampRule urlRule(String bucket) {
        var sealed = settings(bucket).antiLeech().sealedKeys();
        if (sealed.isEmpty()) {
            return null;
        }
        return urlRules.get(sealed, _ -> opened(bucket));
    }

    private TimestampRule opened(String bucket) {
        var known = inCatalog(bucket);
        var keys =
                catalog == null || known == null
                        ? List.<String>of()
                        : catalog.buckets().urlKeys().opened(known);
        if (keys.isEmpty()) {
            throw Problem.of(403, "no key to check URLs with").refused();
        }
        return new TimestampRule(keys);
    }

    /** Whether everybody who knows the address may have what is there. */
    public boolean isForAll(String bucket) {
        return privateTo(bucket) == null && !settings(bucket).antiLeech().keepsSomeOut();
    }

    /** Says who pulls what mirrors do not have. */
    public void pulledBy(Origins whom) {
        origins = whom;
    }

    /** The bucket if it pulls what it does not have; else null. */
    private @Nullable Bucket mirror(String bucket) {
        var known = folders.containsKey(bucket) ? null : inCatalog(bucket);
        return known == null || known.origins().isEmpty() ? null : known;
    }

    /** What memory tells, without waiting; null if it does not. */
    public @Nullable Lookup atHand(String bucket, String key) {
        if (!has(bucket)) {
            return isShared(bucket) ? null : NO_SUCH_BUCKET;
        }
        var known = lookups.atHand(new Name(bucket, key));
        if (known instanceof Lookup.NoSuchKey) {
            var mirror = mirror(bucket);
            return mirror == null || origins.isMissing(mirror, key) ? known : null;
        }
        return known;
    }

    /**
     * As {@link #find}; what a mirror does not have is pulled, and kept if it has room.
     *
     * @throws Problem.Refused 478 if its origin fails, 508 if that leads back to it, 503 if that or
     *     something else is not possible now, 504 if it takes too long
     */
    public Lookup pull(String bucket, String key) throws InterruptedException {
        var found = find(bucket, key);
        var mirror = mirror(bucket);
        if (!(found instanceof Lookup.NoSuchKey) || mirror == null) {
            return found;
        }
        return switch (origins.pull(mirror, key)) {
            case Origins.Pull.Missing _ -> found;
            case Origins.Pull.Passing(var object) -> new Lookup.Found(CatalogBucket.stored(object));
            case Origins.Pull.Kept _ -> kept(bucket, key);
        };
    }

    private Lookup kept(String bucket, String key) {
        forget(bucket, key);
        var pulled = find(bucket, key);
        if (pulled instanceof Lookup.NoSuchKey) { // another node has it, or it went again
            throw Problem.unavailable("object changes too fast", RETRY_AFTER).refused();
        }
        return pulled;
    }

    /** Whether other nodes may change what is in it. */
    private boolean isShared(String bucket) {
        return catalog != null && catalog.isShared() && !folders.containsKey(bucket);
    }

    /**
     * Looks in memory, then wherever it is. What is not there is looked for again once this node
     * knows all that other nodes did before, and is not remembered where they may put it there.
     *
     * @return {@link Lookup.BucketChanged} if that also changed the bucket, and so perhaps who may
     *     have what is in it
     * @throws dev.lumiere.service.Problem.Refused 503 if that fails
     */
    public Lookup find(String bucket, String key) {
        var before = inCatalog(bucket);
        var found = lookUp(bucket, key);
        var isThere = !(found instanceof Lookup.NoSuchKey || found instanceof Lookup.NoSuchBucket);
        if (isThere || catalog == null || !isShared(bucket) || !catalog.catchUp()) {
            return found;
        }
        forget(bucket, key); // a lookup under way may have begun before
        var again = lookUp(bucket, key);
        return Objects.equals(before, inCatalog(bucket)) ? again : new Lookup.BucketChanged();
    }

    private Lookup lookUp(String bucket, String key) {
        var objects = objects(bucket);
        if (objects == null) {
            return NO_SUCH_BUCKET;
        }
        if (key.length() > ObjectKey.MAX_BYTES) {
            return objects.find(key);
        }
        return lookups.find(new Name(bucket, key), () -> objects.find(key), !isShared(bucket));
    }

    /** Looks whether an object is still what it was; if not, it is looked for anew. */
    public boolean isUnchanged(StoredObject object) {
        var objects = objects(object.bucket());
        var unchanged = objects != null && objects.isUnchanged(object);
        if (!unchanged) {
            forget(object.bucket(), object.key());
        }
        return unchanged;
    }

    /** What is remembered of an object is not true any more. */
    public void forget(String bucket, String key) {
        lookups.forget(new Name(bucket, key));
    }

    /**
     * Opens an object that was found, safe against links that somebody puts in its way. Does not
     * read what memory tells.
     *
     * @return null if it is not there any more as it was: look again
     */
    public @Nullable OpenFile open(StoredObject object) {
        var file =
                object.content() instanceof InStore(var blob, _) && blobs != null
                        ? CatalogBucket.open(blobs, blob)
                        : fromFolder(object);
        if (file == null) {
            forget(object.bucket(), object.key());
        }
        return file;
    }

    private @Nullable OpenFile fromFolder(StoredObject object) {
        var folder = folders.get(object.bucket());
        return folder == null ? null : folder.open(object);
    }
}
