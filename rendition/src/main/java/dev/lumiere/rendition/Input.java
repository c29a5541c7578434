package dev.lumiere.rendition;

import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.storage.StoredObject;
import java.util.List;

/** A further input of a pipeline, as it is now. */
sealed interface Input {
    /** What a result's key says of it: changes whenever the bytes do, or their type. */
    List<String> identity();

    /** An object of a bucket. */
    record Stored(StoredObject object) implements Input {
        @Override
        public List<String> identity() {
            return List.of(object.version(), object.contentType());
        }
    }

    /**
     * What a URL gave.
     *
     * @param hash SHA-256 of the bytes, in hex
     */
    record FromUrl(Fetched.Body body, String hash) implements Input {
        @Override
        public List<String> identity() {
            return List.of("sha256-" + hash, body.contentType());
        }
    }
}
