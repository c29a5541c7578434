package dev.lumiere.storage;

/** What became of looking for an object. */
public sealed interface Lookup {
    /** It is there. */
    record Found(StoredObject object) implements Lookup {}

    /** The bucket has nothing under that key that may be served. */
    record NoSuchKey() implements Lookup {}

    /** It is there, and was disabled by its owner. */
    record Disabled() implements Lookup {}

    record NoSuchBucket() implements Lookup {}

    /**
     * Of the bucket it was heard meanwhile that it was made or changed: whoever asks may have been
     * let in by what is not true any more, and looks again from there.
     */
    record BucketChanged() implements Lookup {}
}
