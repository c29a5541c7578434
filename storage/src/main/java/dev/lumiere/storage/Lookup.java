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
}
