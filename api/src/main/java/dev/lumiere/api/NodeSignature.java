package dev.lumiere.api;

import dev.lumiere.service.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * By which a node knows that another node of its log calls: HMAC-SHA256, by a key that only they
 * have, over method, request target, SHA-256 of the body and time. It stands in the header {@code
 * Authorization}, as {@code Lumiere time=1764425730123,signature=…}, the signature in URL-safe
 * base64 without padding.
 *
 * <p>Who copies a call can send just that again for five minutes. That is for calls of which the
 * second does nothing, as an append whose events' ids are in the log.
 *
 * @see <a href="https://doi.org/10.17487/RFC2104">RFC 2104, HMAC (1997)</a>
 */
public final class NodeSignature {
    /** By so much clocks may differ, and so old may a call be. */
    static final Duration SKEW = Duration.ofMinutes(5);

    static final String HEADER = "Authorization";
    private static final String SCHEME = "Lumiere ";
    private static final Pattern FORM =
            Pattern.compile("Lumiere time=([0-9]{1,15}),signature=([A-Za-z0-9_-]{43})");
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKey key;
    private final InstantSource clock;

    /**
     * By a key for this purpose alone.
     *
     * @param clock as near to that of other nodes as can be: wall time
     */
    public NodeSignature(SecretKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /**
     * The value of the header of a call.
     *
     * @param target path and query, as they are sent
     */
    String sign(String method, String target, Buffer body) {
        var time = clock.instant().toEpochMilli();
        var signature = mac(method, target, body, time);
        return SCHEME
                + "time="
                + time
                + ",signature="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    /**
     * Whether a call is another node's. One without a signature is not.
     *
     * @throws Problem.Refused 403 if it is signed, but not as it should be
     */
    public boolean isOn(HttpServerRequest request, Buffer body) {
        var header = request.getHeader(HEADER);
        if (header == null || !header.startsWith(SCHEME)) {
            return false;
        }
        var form = FORM.matcher(header);
        if (!form.matches()) {
            throw refused("it is not of the form time=MILLISECONDS,signature=BASE64");
        }
        var time = Long.parseLong(form.group(1));
        var signature = Base64.getUrlDecoder().decode(form.group(2));
        var expected = mac(request.method().name(), request.uri(), body, time);
        if (!MessageDigest.isEqual(expected, signature)) {
            throw refused(
                    "it was made with another key, or the call was changed on its way; nodes that"
                            + " share a log need the same secrets.key");
        }
        var now = clock.instant();
        var then = Instant.ofEpochMilli(time);
        if (Duration.between(then, now).abs().compareTo(SKEW) > 0) {
            throw refused(
                    "it is of %s, and here it is %s: clocks of nodes may differ by %d minutes"
                            .formatted(then, now, SKEW.toMinutes()));
        }
        return true;
    }

    private static Problem.Refused refused(String why) {
        return Problem.of(403, "the signature of the node that calls is not right: " + why)
                .refused();
    }

    private byte[] mac(String method, String target, Buffer body, long time) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            var text =
                    String.join(
                            "\n",
                            method,
                            target,
                            HexFormat.of().formatHex(digest),
                            Long.toString(time));
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has them
        }
    }
}
