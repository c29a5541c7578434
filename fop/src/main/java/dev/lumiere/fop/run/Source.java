package dev.lumiere.fop.run;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;

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

    /** Bytes of a file, which must not change while they are read. */
    record OnDisk(
            String version, String contentType, long size, String bucket, String key, Path file)
            implements Source {}

    /** Bytes in memory, not changed any more. */
    record InMemory(String version, String contentType, String bucket, String key, Buffer bytes)
            implements Source {
        @Override
        public long size() {
            return bytes.length();
        }
    }
}
