package dev.lumiere.storage.catalog;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.rule.StorageClass;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * What the view keeps of an object under its name, packed: it is read for every request.
 *
 * @param version of its stream
 */
record CatalogEntry(long version, CatalogObject object) {
    private static final int BLOB_BYTES = 32;

    byte[] packed() {
        var out = new Packing();
        out.put(version);
        out.put(HexFormat.of().parseHex(object.blob().text()));
        out.put(object.size());
        out.put(object.hash());
        out.put(object.md5());
        out.put(object.mimeType());
        out.put(object.putTime());
        out.put(object.storageClass());
        out.put(object.isDisabled() ? 1 : 0);
        out.put(object.endUser());
        out.put(object.expiresAt());
        out.put(object.metadata().size());
        object.metadata()
                .forEach((name, value) -> {
                    out.put(name);
                    out.put(value);
                });
        if (!object.transitions().isEmpty()) { // few have any
            out.put(object.transitions().size());
            object.transitions()
                    .forEach((to, at) -> {
                        out.put(to.number());
                        out.put(at);
                    });
        }
        return out.bytes();
    }

    /**
     * Of the object of that name.
     *
     * @throws IOException if it is none
     */
    static CatalogEntry unpacked(String bucket, String key, byte[] packed) throws IOException {
        var in = new Unpacking(packed);
        try {
            var version = in.number();
            var object =
                    new CatalogObject(
                            bucket,
                            key,
                            new BlobId(in.hexadecimal(BLOB_BYTES)),
                            in.number(),
                            in.text(),
                            in.text(),
                            in.text(),
                            in.number(),
                            (int) in.number(),
                            in.number() == 1,
                            in.text(),
                            in.number(),
                            Map.of(),
                            metadata(in));
            return new CatalogEntry(
                    version, in.isAtEnd() ? object : object.transitioning(transitions(in)));
        } catch (IllegalArgumentException e) {
            throw new IOException("no entry of a catalog under " + bucket + "/" + key, e);
        }
    }

    private static Map<StorageClass, Long> transitions(Unpacking in) {
        var count = in.number();
        var transitions = new EnumMap<StorageClass, Long>(StorageClass.class);
        for (var i = 0L; i < count; i++) {
            transitions.put(StorageClass.of((int) in.number()), in.number());
        }
        return transitions;
    }

    private static Map<String, String> metadata(Unpacking in) {
        var count = in.number();
        if (count == 0) {
            return Map.of();
        }
        var metadata = new HashMap<String, String>();
        for (var i = 0L; i < count; i++) {
            metadata.put(in.text(), in.text());
        }
        return metadata;
    }
}
