package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The name of a block as far as it is there; for clients 22 opaque characters.
 *
 * @param block 24 hexadecimal digits that nobody guesses
 * @param offset up to where, in bytes
 */
record BlockContext(String block, int offset) {
    private static final int ID_BYTES = 12;
    private static final int BYTES = ID_BYTES + Integer.BYTES;

    static String newBlock(RandomGenerator random) {
        var id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /**
     * Reads one.
     *
     * @throws Problem.Refused 701 if it is none
     */
    static BlockContext parse(String text) {
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == BYTES) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                return new BlockContext(HexFormat.of().formatHex(id), bytes.getInt());
            }
        } catch (IllegalArgumentException _) {
            // not even base64
        }
        throw invalid();
    }

    /** Tells a client to begin anew. */
    static Problem.Refused invalid() {
        return Problem.of(701, "invalid ctx").refused();
    }

    /** As a client gets it. */
    String text() {
        var bytes = ByteBuffer.allocate(BYTES).put(HexFormat.of().parseHex(block)).putInt(offset);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
