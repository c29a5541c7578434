package dev.lumiere.fop;

import java.nio.file.Path;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The right to read one input or write one output during one request. Who knows it may use it.
 *
 * @param token 128 random bits, base64url: 22 characters
 */
public record Capability(String token) {
    private static final String ORIGIN = "http://source/";
    private static final int BYTES = 16;

    /** A new one. */
    public static Capability drawn(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Capability(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Reads what {@link #url} wrote; null if it is something else. */
    public static @Nullable Capability parse(String url) {
        return url.startsWith(ORIGIN) && url.length() > ORIGIN.length()
                ? new Capability(url.substring(ORIGIN.length()))
                : null;
    }

    /** Where it is used, on the source socket. */
    public String url() {
        return ORIGIN + token;
    }

    /**
     * Where, beside the source socket, an open file is handed to who names the token of its
     * capability.
     */
    public static Path descriptorSocket(Path sourceSocket) {
        return Path.of(sourceSocket + ".d");
    }

    /** Hides the token from logs. */
    @Override
    public String toString() {
        return "Capability[" + token.substring(0, Math.min(4, token.length())) + "…]";
    }
}
