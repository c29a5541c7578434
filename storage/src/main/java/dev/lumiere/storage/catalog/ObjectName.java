package dev.lumiere.storage.catalog;

/** Under which an object is found. Text is both parts with a NUL between them. */
public record ObjectName(String bucket, String key) {
    private static final char END = '\0';

    static ObjectName of(CatalogObject object) {
        return new ObjectName(object.bucket(), object.key());
    }

    static ObjectName parse(String text) {
        var end = text.indexOf(END);
        return new ObjectName(text.substring(0, end), text.substring(end + 1));
    }

    @Override
    public String toString() {
        return bucket + END + key;
    }
}
