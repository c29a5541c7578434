package dev.lumiere.api.catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.CatalogObject;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about a partition of the catalog and their answers, as JSON. */
final class PartitionJson {
    /** Where they are asked. */
    static final String OBJECT = "/v1/catalog/object";

    static final String PAGE = "/v1/catalog/page";
    static final String REFERENCES = "/v1/catalog/references";
    static final String USAGE = "/v1/catalog/usage";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private PartitionJson() {}

    /** What was looked for, if it is there. */
    record Found(@Nullable CatalogObject object) {}

    static Buffer write(Object answer) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @throws IOException if it is something else
     */
    static <T> T read(Buffer body, Class<T> type) throws IOException {
        var value = JSON.readValue(body.getBytes(), type);
        if (value == null) {
            throw new IOException("null in place of " + type.getSimpleName());
        }
        return value;
    }

    static Buffer blobs(Collection<BlobId> blobs) {
        return write(blobs.stream().map(BlobId::text).toList());
    }

    /**
     * Reads what {@link #blobs} has written.
     *
     * @throws IOException if it is something else
     */
    static List<BlobId> blobs(Buffer body) throws IOException {
        var texts = JSON.readValue(body.getBytes(), new TypeReference<List<String>>() {});
        try {
            return texts.stream().map(BlobId::new).toList();
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IOException("no ids of contents: " + e.getMessage(), e);
        }
    }
}
