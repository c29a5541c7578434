package dev.lumiere.storage;

/** The objects of one bucket, wherever they are. */
sealed interface BucketObjects permits DirectoryBucket, CatalogBucket {
    /**
     * Looks for an object; may wait.
     *
     * @throws dev.lumiere.service.Problem.Refused 503 if that fails
     */
    Lookup find(String key);

    /** Whether an object is still what it was. */
    boolean isUnchanged(StoredObject object);
}
