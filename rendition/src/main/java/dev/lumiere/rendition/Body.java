package dev.lumiere.rendition;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;

/** Where the bytes of a result are. */
public sealed interface Body {
    long length();

    /**
     * Here.
     *
     * @param bytes never changed; may be sent by many at the same time
     */
    record InMemory(Buffer bytes) implements Body {
        @Override
        public long length() {
            return bytes.length();
        }
    }

    /**
     * In a part of a file. The file was whole when the result was given; it may be evicted before
     * it is opened, then the result is to be asked for again.
     */
    record OnDisk(Path file, long offset, long length) implements Body {}
}
