package dev.lumiere.storage.source;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * What mirrors call themselves in {@link Via}: the first 16 bytes of an HMAC of their name, so that
 * a source learns neither the bucket nor whose installation it is, and all nodes of one log know
 * theirs.
 */
final class Pseudonyms {
    static final String PATTERN = "lumiere-[0-9a-f]{32}";
    private static final String PREFIX = "lumiere-";
    private static final int BYTES = 16;

    private final SecretKey key;

    /**
     * Those of an installation.
     *
     * @param key for HMAC-SHA256, that all of its nodes have and nobody else
     */
    Pseudonyms(SecretKey key) {
        this.key = key;
    }

    String of(String bucket) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            var all = mac.doFinal(bucket.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(all, 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
