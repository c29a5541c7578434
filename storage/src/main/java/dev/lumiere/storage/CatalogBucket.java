package dev.lumiere.storage;

import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.Content.InStore;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bucket whose objects are in the catalog, whose bytes are in a store. */
final class CatalogBucket implements BucketObjects {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogBucket.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Pattern SECOND = Pattern.compile("[0-9]{1,10}");

    private final String name;
    private final Catalog catalog;

    CatalogBucket(String name, Catalog catalog) {
        this.name = name;
        this.catalog = catalog;
    }

    @Override
    public Lookup find(String key) {
        var object = catalog.find(name, key);
        if (object == null) {
            return new Lookup.NoSuchKey();
        }
        return object.isDisabled() ? new Lookup.Disabled() : new Lookup.Found(stored(object));
    }

    /** As whoever serves it sees it. */
    static StoredObject stored(CatalogObject object) {
        return new StoredObject(
                object.bucket(),
                object.key(),
                object.blob().text(),
                object.size(),
                modified(object),
                object.mimeType(),
                new InStore(object.blob(), object.hash()),
                OwnHeaders.of(object.metadata()));
    }

    /** As its origin says, else when it was put. */
    private static Instant modified(CatalogObject object) {
        var there = object.metadata().get(Origin.MODIFIED);
        if (there != null && SECOND.matcher(there).matches()) {
            return Instant.ofEpochSecond(Long.parseLong(there));
        }
        return object.putAt();
    }

    /** A content never changes; another one may have its name. */
    @Override
    public boolean isUnchanged(StoredObject object) {
        var now = catalog.find(name, object.key());
        return now != null && now.blob().text().equals(object.version());
    }

    /**
     * Opens a content, whoever has it.
     *
     * @return null if it is not there
     * @throws Problem.Refused 503 if the store fails
     */
    static @Nullable OpenFile open(BlobStore blobs, BlobId blob) {
        try {
            return blobs.open(blob);
        } catch (IOException e) {
            LOG.atError().addKeyValue("blob", blob.text()).setCause(e).log("the store fails");
            throw Problem.unavailable("storage fails", RETRY_AFTER).refused();
        }
    }
}
