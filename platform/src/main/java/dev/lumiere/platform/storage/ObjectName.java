package dev.lumiere.platform.storage;

/**
 * What a command is told of an object.
 *
 * @param key may be empty
 */
record ObjectName(String bucket, String key) {
    /**
     * Reads {@code BUCKET/KEY}; without a slash the key is empty.
     *
     * @throws IllegalArgumentException if no bucket is named
     */
    static ObjectName parse(String text) {
        var slash = text.indexOf('/');
        var bucket = slash < 0 ? text : text.substring(0, slash);
        if (bucket.isEmpty()) {
            throw new IllegalArgumentException("not BUCKET/KEY: " + text);
        }
        return new ObjectName(bucket, slash < 0 ? "" : text.substring(slash + 1));
    }

    /** The same; with that at the end of the key if it is empty or ends with a slash. */
    ObjectName completed(String lastPart) {
        return key.isEmpty() || key.endsWith("/") ? new ObjectName(bucket, key + lastPart) : this;
    }

    /** Of the key, behind its last slash; empty if it ends with one. */
    String lastPart() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return bucket + "/" + key;
    }
}
