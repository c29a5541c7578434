package dev.lumiere.storage.account;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes secret keys unreadable in the log: AES-256-GCM with a random nonce, bound to the account
 * and the access key. All nodes of one log have the same; without it no signature can be verified.
 *
 * @see <a href="https://doi.org/10.6028/NIST.SP.800-38D">NIST SP 800-38D (2007)</a>
 */
public final class SecretSeal {
    private static final String FILE = "secrets.key";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random;

    private SecretSeal(byte[] key, SecureRandom random) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /**
     * As configured.
     *
     * @param text 32 random bytes in URL-safe base64
     * @throws IllegalArgumentException if it is something else; it is not repeated there
     */
    public static SecretSeal of(String text, SecureRandom random) {
        byte[] key;
        try {
            key = Base64.getUrlDecoder().decode(text.strip());
        } catch (IllegalArgumentException _) {
            key = new byte[0]; // whose message would tell of it
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("not 32 bytes in URL-safe base64");
        }
        return new SecretSeal(key, random);
    }

    /**
     * As it is in a folder, in {@code secrets.key}, which is made if it is not there.
     *
     * @throws IOException if it is something else, or others than its owner may read it
     */
    public static SecretSeal in(Path folder, SecureRandom random) throws IOException {
        var file = new PrivateFile(folder, FILE);
        var text = file.read();
        if (text == null) {
            var bytes = new byte[KEY_BYTES];
            random.nextBytes(bytes);
            file.write(Base64.getUrlEncoder().encodeToString(bytes) + "\n");
            text = file.read(); // of who was first
        }
        try {
            return of(text == null ? "" : text, random);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is " + e.getMessage(), e);
        }
    }

    /**
     * Another key that only nodes with this one have, of which this one cannot be told: HKDF with
     * SHA-256.
     *
     * @param purpose of that key alone
     * @return 32 bytes, for HMAC-SHA256
     * @see <a href="https://doi.org/10.17487/RFC5869">RFC 5869 (2010)</a>
     */
    public SecretKey keyFor(String purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "HmacSHA256",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(key)
                                    .thenExpand(
                                            purpose.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** Of an account's secret, for a use of it such as an access key. */
    public String seal(String account, String use, String secret) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, account, use)
                            .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            var all = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed);
            return Base64.getUrlEncoder().encodeToString(all.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** Null if it was sealed by another, or for another account or use. */
    public @Nullable String open(String account, String use, String sealed) {
        try {
            var all = Base64.getUrlDecoder().decode(sealed);
            if (all.length < NONCE_BYTES) {
                return null;
            }
            var nonce = Arrays.copyOf(all, NONCE_BYTES);
            var secret =
                    cipher(Cipher.DECRYPT_MODE, nonce, account, use)
                            .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String account, String use)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((account + "\n" + use).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
