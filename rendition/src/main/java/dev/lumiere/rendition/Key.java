package dev.lumiere.rendition;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a result is kept under: a SHA-256, in four parts. */
record Key(long a, long b, long c, long d) {
    static final int BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();

    /** Of a list of texts; each counts with its length, so none runs into the next. */
    static Key of(Iterable<String> texts) {
        var digest = sha256();
        var length = ByteBuffer.allocate(Integer.BYTES);
        for (var text : texts) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(length.putInt(0, bytes.length).array());
            digest.update(bytes);
        }
        return read(ByteBuffer.wrap(digest.digest()));
    }

    static Key read(ByteBuffer bytes) {
        return new Key(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it did not
     */
    static Key parse(String hex) {
        if (hex.length() != 2 * BYTES) {
            throw new IllegalArgumentException("not 64 hex digits: " + hex);
        }
        return read(ByteBuffer.wrap(HEX.parseHex(hex)));
    }

    void write(ByteBuffer to) {
        to.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** 64 hex digits. */
    @Override
    public String toString() {
        return HEX.toHexDigits(a) + HEX.toHexDigits(b) + HEX.toHexDigits(c) + HEX.toHexDigits(d);
    }

    /** Any part of a SHA-256 is as good a hash as another. */
    @Override
    public int hashCode() {
        return (int) a;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key(var a2, var b2, var c2, var d2)
                && a == a2
                && b == b2
                && c == c2
                && d == d2;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
