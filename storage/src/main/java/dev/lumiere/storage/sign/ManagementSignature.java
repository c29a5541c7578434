package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Verifies {@code Authorization: Qiniu …} and the older {@code Authorization: QBox …}, as the SDKs
 * sign their calls. The older one covers neither method nor host nor headers, and never expires.
 */
public final class ManagementSignature {
    private static final Duration TOLERANCE = Duration.ofMinutes(15);
    private static final int MAX_LENGTH = 1024;
    private static final String QINIU = "Qiniu ";
    private static final String QBOX = "QBox ";
    private static final String DATE = "X-Qiniu-Date";
    private static final DateTimeFormatter DATE_FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    private final KeyRing keys;
    private final InstantSource clock;
    private final Duration tolerance;

    /** A request's date may be a quarter of an hour off. */
    public ManagementSignature(KeyRing keys, InstantSource clock) {
        this(keys, clock, TOLERANCE);
    }

    /**
     * As given.
     *
     * @param tolerance how far a request's date may be off, either way; without one it holds for
     *     ever
     */
    public ManagementSignature(KeyRing keys, InstantSource clock, Duration tolerance) {
        this.keys = keys;
        this.clock = clock;
        this.tolerance = tolerance;
    }

    /**
     * Who signed a request. May wait for a key that is not known here.
     *
     * @throws Problem.Refused 401 if nobody with a key that is enabled did, or not lately
     */
    public Credential verify(SignedRequest request) {
        var authorization = request.header("Authorization");
        if (authorization == null || authorization.length() > MAX_LENGTH) {
            throw bad();
        }
        var isNew = authorization.startsWith(QINIU);
        if (!isNew && !authorization.startsWith(QBOX)) {
            throw bad();
        }
        var signed = authorization.substring(isNew ? QINIU.length() : QBOX.length()).strip();
        var colon = signed.indexOf(':');
        var credential = colon < 0 ? null : keys.lookUp(signed.substring(0, colon));
        if (credential == null || !credential.isEnabled()) {
            throw bad();
        }
        var signature = signed.substring(colon + 1);
        if (isNew) {
            verifyNew(request, credential, signature);
        } else {
            verifyOld(request, credential, signature);
        }
        return credential;
    }

    /**
     * Asks again whether the key of a request that was verified signs, after this node has heard
     * what others have done.
     *
     * @throws Problem.Refused 401 if it has been disabled
     */
    public void confirm(Credential signer) {
        if (!keys.stillSigns(signer.accessKey())) {
            throw bad();
        }
    }

    private void verifyNew(SignedRequest request, Credential credential, String signature) {
        var own = SignedText.ownHeaders(request.headers());
        for (var contentType : contentTypes(request)) {
            var body = SignedText.signsBody(contentType.value) ? request.body() : new byte[0];
            for (var target : SignedText.targets(request.target())) {
                for (var host : SignedText.hosts(request.host(), request.port())) {
                    var text =
                            SignedText.qiniu(
                                    request.method(), target, host, contentType.value, own);
                    if (isSignature(credential, text, body, signature)) {
                        checkDate(own.get(DATE));
                        return;
                    }
                }
            }
        }
        throw bad();
    }

    private record ContentType(@Nullable String value) {}

    /** Node's SDK signs a form's where it sends none. */
    private static List<ContentType> contentTypes(SignedRequest request) {
        var sent = new ContentType(request.header("Content-Type"));
        return sent.value != null ? List.of(sent) : List.of(sent, new ContentType(SignedText.FORM));
    }

    private static void verifyOld(SignedRequest request, Credential credential, String signature) {
        var bodies = new ArrayList<byte[]>();
        bodies.add(request.body()); // which Node's SDK signs whatever its type
        if (!SignedText.isForm(request.header("Content-Type"))) {
            bodies.add(new byte[0]);
        }
        for (var body : bodies) {
            for (var target : SignedText.targets(request.target())) {
                if (isSignature(credential, SignedText.qbox(target), body, signature)) {
                    return;
                }
            }
        }
        throw bad();
    }

    private static boolean isSignature(
            Credential credential, String text, byte[] body, String signature) {
        return Signature.isSame(Signature.of(credential, Signature.utf8(text), body), signature);
    }

    private void checkDate(@Nullable String date) {
        if (date == null) {
            return;
        }
        Instant signedAt;
        try {
            signedAt = LocalDateTime.parse(date, DATE_FORM).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException _) {
            throw Problem.of(401, DATE + " is not of the form 20261129T104500Z: " + date).refused();
        }
        if (Duration.between(signedAt, clock.instant()).abs().compareTo(tolerance) > 0) {
            throw Problem.of(
                            401,
                            "%s is more than %d s off: %s"
                                    .formatted(DATE, tolerance.toSeconds(), date))
                    .refused();
        }
    }

    private static Problem.Refused bad() {
        return Problem.of(401, "bad token").refused();
    }
}
