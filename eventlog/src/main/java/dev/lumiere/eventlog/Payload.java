package dev.lumiere.eventlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an event carries: JSON, unless its readers agree on something else. At most {@value
 * #MAX_BYTES} bytes, which nobody changes.
 */
public final class Payload {
    public static final int MAX_BYTES = 1 << 20;

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "payload over %d bytes: %d".formatted(MAX_BYTES, bytes.length));
        }
        this.bytes = bytes;
    }

    /**
     * In UTF-8.
     *
     * @throws IllegalArgumentException if that is too long
     */
    public static Payload of(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A copy.
     *
     * @throws IllegalArgumentException if they are too many
     */
    public static Payload copyOf(byte[] bytes) {
        return new Payload(bytes.clone());
    }

    /** Without a copy: nobody else has them. */
    static Payload owning(byte[] bytes) {
        return new Payload(bytes);
    }

    /** A copy. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** In bytes. */
    public int size() {
        return bytes.length;
    }

    /** Read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** To be read only. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
