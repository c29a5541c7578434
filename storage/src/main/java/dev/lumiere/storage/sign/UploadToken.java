package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * The right to upload, as somebody with a key has signed it: {@code accessKey:signature:policy}.
 *
 * @param credential whose key signed it
 * @param policy what it allows
 */
public record UploadToken(Credential credential, PutPolicy policy) {
    private static final int MAX_LENGTH = 65_536;

    /**
     * Verifies one, but not whether it is expired: {@link #checkDeadline} does, when the object is
     * made. May wait for a key that is not known here.
     *
     * @throws Problem.Refused 401 if nobody with a key that is enabled signed this; 400 if the
     *     policy is none
     */
    public static UploadToken verify(String text, KeyRing keys) {
        var parts = text.split(":", 4);
        if (text.length() > MAX_LENGTH || parts.length != 3) {
            throw bad();
        }
        var credential = keys.lookUp(parts[0]);
        if (credential == null
                || !credential.isEnabled()
                || !Signature.isSame(Signature.of(credential, parts[2]), parts[1])) {
            throw bad();
        }
        return new UploadToken(credential, PutPolicy.parse(decoded(parts[2])));
    }

    private static String decoded(String policy) {
        try {
            return new String(Base64.getUrlDecoder().decode(policy), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw bad();
        }
    }

    private static Problem.Refused bad() {
        return Problem.of(401, "bad token").refused();
    }

    /**
     * Refuses what is past its deadline.
     *
     * @throws Problem.Refused 401
     */
    public void checkDeadline(Instant now) {
        if (policy.isExpired(now)) {
            throw Problem.of(401, "expired token").refused();
        }
    }

    /** The text of a token for a policy of JSON. */
    public static String sign(Credential by, String policy) {
        var encoded = Base64.getUrlEncoder().encodeToString(Signature.utf8(policy));
        return by.accessKey() + ":" + Signature.of(by, encoded) + ":" + encoded;
    }
}
