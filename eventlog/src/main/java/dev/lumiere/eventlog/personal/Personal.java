package dev.lumiere.eventlog.personal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * A text about a person, sealed with that person's key: a component of events, states and whatever
 * is made of them. It holds the text nowhere, so that no log line, view, snapshot or archive does
 * either; Jackson writes it as the record it is. It is sealed by who gives a command, since a
 * decider uses neither keys nor chance.
 *
 * @param subject whom it is about, in clear
 * @param key id of the key
 * @param sealed nonce, ciphertext and tag of AES-256-GCM, in Base64. Its length shows the text's
 */
public record Personal(String subject, String key, String sealed) {
    public Personal {
        checked(subject);
    }

    /**
     * Seals a text.
     *
     * @throws ErasedSubjectException if the subject's key was erased
     */
    public static Personal of(String text, String subject, SubjectKeys keys) throws IOException {
        var key = keys.keyOf(checked(subject));
        var sealed = key.seal(text.getBytes(StandardCharsets.UTF_8), associated(subject, key.id()));
        return new Personal(subject, key.id(), Base64.getEncoder().encodeToString(sealed));
    }

    /**
     * The text; nothing if the key was erased.
     *
     * @throws IOException if nothing is known of the key, or it was not sealed for this subject
     */
    public Optional<String> reveal(SubjectKeys keys) throws IOException {
        return switch (keys.find(subject, key)) {
            case SubjectKeys.Found.Present(var present) -> Optional.of(opened(present));
            case SubjectKeys.Found.Erased() -> Optional.empty();
            case SubjectKeys.Found.Unknown() ->
                    throw new IOException("no key %s of %s is known".formatted(key, subject));
        };
    }

    private String opened(SubjectKey present) throws IOException {
        try {
            var bytes = Base64.getDecoder().decode(sealed);
            var text = present.open(bytes, associated(subject, key));
            return new String(text, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("not sealed with the key %s of %s".formatted(key, subject), e);
        }
    }

    /** So that what is sealed for one subject is not taken for another's. */
    static byte[] associated(String subject, String key) {
        return ("lumiere.personal.1\n" + key + "\n" + subject).getBytes(StandardCharsets.UTF_8);
    }

    /** By which a subject is kept, since its name may be anything. */
    static byte[] hash(String subject) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(subject.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String checked(String subject) {
        if (subject.isEmpty() || subject.length() > 1024) {
            throw new IllegalArgumentException(
                    "subject not of 1..1024 characters: " + subject.length());
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(subject)) { // else two have one hash
            throw new IllegalArgumentException("half a surrogate pair in a subject");
        }
        return subject;
    }
}
