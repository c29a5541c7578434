package dev.lumiere.storage.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a secret key makes of some bytes: HMAC-SHA1 as text in URL-safe base64, with padding.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>
 */
final class Signature {
    private static final String HMAC_SHA1 = "HmacSHA1";

    private Signature() {}

    static String of(Credential by, String text) {
        return of(by, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of the parts, one after the other. */
    static String of(Credential by, byte[]... parts) {
        try {
            var mac = Mac.getInstance(HMAC_SHA1);
            mac.init(new SecretKeySpec(utf8(by.secretKey()), HMAC_SHA1));
            for (var part : parts) {
                mac.update(part);
            }
            return Base64.getUrlEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** Whether two are the same, in constant time; padding may be missing from what was sent. */
    static boolean isSame(String right, String sent) {
        return MessageDigest.isEqual(utf8(unpadded(right)), utf8(unpadded(sent)));
    }

    private static String unpadded(String base64) {
        var equals = base64.indexOf('=');
        return equals < 0 || base64.length() - equals > 2 ? base64 : base64.substring(0, equals);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
