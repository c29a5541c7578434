package dev.lumiere.rendition;

import io.netty.buffer.ByteBufInputStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a result are. */
public sealed interface Body {
    long length();

    /** All of them, to be read once and closed; null if they were evicted meanwhile. */
    @Nullable InputStream open() throws IOException;

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

        @Override
        public InputStream open() {
            return new ByteBufInputStream(((BufferInternal) bytes).getByteBuf().slice());
        }
    }

    /**
     * At the end of a file. The file was whole when the result was given; it may be evicted before
     * it is opened, then the result is to be asked for again.
     */
    record OnDisk(Path file, long offset, long length) implements Body {
        @Override
        public @Nullable InputStream open() throws IOException {
            InputStream in;
            try {
                in = Files.newInputStream(file);
            } catch (NoSuchFileException _) {
                return null;
            }
            try {
                in.skipNBytes(offset);
                return in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        }
    }
}
