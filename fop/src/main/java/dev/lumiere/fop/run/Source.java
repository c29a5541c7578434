package dev.lumiere.fop.run;

import dev.lumiere.service.file.OpenFile;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The bytes a pipeline starts from. */
public sealed interface Source {
    /** Changes whenever the bytes do. */
    String version();

    /** MIME type. */
    String contentType();

    /** In bytes. */
    long size();

    /** The bucket it lies in, told to workers; empty if none. */
    String bucket();

    /** Its key in the bucket, told to workers; empty if none. */
    String key();

    /** Bytes of a file, opened when they are wanted. */
    record OnDisk(
            String version, String contentType, long size, String bucket, String key, Opener opener)
            implements Source {}

    /** Opens the file of a source. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it; may wait.
         *
         * @return null if it is not there any more as it was
         */
        @Nullable OpenFile open();
    }

    /** Bytes in memory, not changed any more. */
    record InMemory(String version, String contentType, String bucket, String key, Buffer bytes)
            implements Source {
        @Override
        public long size() {
            return bytes.length();
        }
    }
}
