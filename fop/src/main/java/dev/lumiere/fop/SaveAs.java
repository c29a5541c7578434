package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The last stage that keeps the result: {@code
 * saveas/ENTRY[/deleteAfterDays/N][/savePattern/TEXT|/saveKey/TEXT][/sign/ACCESSKEY:SIGNATURE]}.
 *
 * @param bucket where to keep it
 * @param key under which; null if {@code name} or the result's hash makes it
 * @param deleteAfter how long to keep it; null for ever
 * @param name makes the key; null if there is none
 * @param signature null if the stage is not signed, as is right where the request itself is
 */
public record SaveAs(
        String bucket,
        @Nullable String key,
        @Nullable Duration deleteAfter,
        @Nullable Name name,
        @Nullable Signature signature) {
    /** What the stage is called. */
    public static final String OPERATION = "saveas";

    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of("entry").names("deleteAfterDays", "savePattern", "saveKey", "sign");
    private static final Pattern BUCKET =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,61}[A-Za-z0-9]");
    private static final Pattern SIGN =
            Pattern.compile("([A-Za-z0-9_-]{1,128}):([A-Za-z0-9_=+/-]+)");
    private static final Pattern BAR = Pattern.compile("\\||%7[Cc]");

    /** As storage has it, which is another module's. */
    private static final int MAX_KEY_BYTES = 750;

    private static final int MAX_DAYS = 36_500;
    private static final int SHA1_BYTES = 20;

    /** A key with variables such as {@code $(etag)} in it. */
    public sealed interface Name {
        /** Made of what is known of the source. */
        record OfSource(String pattern) implements Name {
            private static final Set<String> VARIABLES =
                    Set.of(
                            "bucket",
                            "key",
                            "etag",
                            "fname",
                            "fsize",
                            "mimeType",
                            "endUser",
                            "ext",
                            "fprefix",
                            "keybase");
        }

        /** Made of what is known of the result. */
        record OfResult(String pattern) implements Name {
            private static final Set<String> VARIABLES =
                    Set.of("etag", "year", "mon", "day", "hour", "min", "sec");
        }
    }

    /**
     * Who asks to keep the result.
     *
     * @param hmac base64 of an HMAC-SHA1 under the secret key that belongs to {@code accessKey}
     */
    public record Signature(String accessKey, String hmac) {}

    /**
     * Finds the stage in a pipeline.
     *
     * @return empty if there is none
     * @throws Problem.Refused 400 if it is malformed or not last, 401 if what it is signed with is
     *     no signature
     */
    public static Optional<SaveAs> in(Pipeline pipeline) {
        var stages = pipeline.stages();
        for (var stage : stages.subList(0, stages.size() - 1)) {
            if (stage.operation().equals(OPERATION)) {
                throw Problem.badRequest("saveas is not the last stage").refused();
            }
        }
        var last = stages.getLast();
        return last.operation().equals(OPERATION) ? Optional.of(parse(last)) : Optional.empty();
    }

    private static SaveAs parse(Stage stage) {
        var parameters = Parameters.read(stage, SHAPE);
        refuseRepeated(parameters);
        var entry = parameters.require("entry");
        var text = entry.text();
        var colon = text.indexOf(':');
        var bucket = colon < 0 ? text : text.substring(0, colon);
        var key = colon < 0 ? null : text.substring(colon + 1);
        if (!BUCKET.matcher(bucket).matches() || (key != null && !isKey(key))) {
            throw entry.bad();
        }
        var days = parameters.find("deleteAfterDays").map(p -> p.integer(1, MAX_DAYS));
        return new SaveAs(
                bucket,
                key,
                days.map(Duration::ofDays).orElse(null),
                name(parameters, key),
                parameters.find("sign").map(SaveAs::signature).orElse(null));
    }

    /** What is signed is the text before the signature, so nothing comes after it. */
    private static void refuseRepeated(Parameters parameters) {
        var seen = new LinkedHashSet<String>();
        for (var parameter : parameters.inOrder()) {
            if (seen.contains("sign") || !seen.add(parameter.name())) {
                throw seen.contains("sign") ? Parameter.bad("sign") : parameter.bad();
            }
        }
    }

    private static boolean isKey(String key) {
        return !key.isEmpty()
                && key.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES
                && key.indexOf(0) < 0;
    }

    private static @Nullable Name name(Parameters parameters, @Nullable String key) {
        var pattern = parameters.find("savePattern");
        var result = parameters.find("saveKey");
        if (pattern.isPresent()) {
            var text = pattern(pattern.get(), key != null || result.isPresent());
            refuseUnknown(pattern.get(), text, Name.OfSource.VARIABLES);
            return new Name.OfSource(text);
        }
        if (result.isPresent()) {
            var text = pattern(result.get(), key != null);
            refuseUnknown(result.get(), text, Name.OfResult.VARIABLES);
            return new Name.OfResult(text);
        }
        return null;
    }

    private static String pattern(Parameter parameter, boolean isNamedOtherwise) {
        var text = parameter.text();
        if (isNamedOtherwise || !isKey(text)) {
            throw parameter.bad();
        }
        return text;
    }

    private static void refuseUnknown(Parameter parameter, String pattern, Set<String> variables) {
        for (var at = pattern.indexOf("$("); at >= 0; at = pattern.indexOf("$(", at + 2)) {
            var end = pattern.indexOf(')', at);
            if (end < 0 || !variables.contains(pattern.substring(at + 2, end))) {
                throw parameter.bad();
            }
        }
    }

    private static Signature signature(Parameter sign) {
        var parts = SIGN.matcher(sign.value());
        if (parts.matches()) {
            var bytes = Base64Values.decode(parts.group(2));
            if (bytes.isPresent() && bytes.get().length == SHA1_BYTES) {
                return new Signature(parts.group(1), parts.group(2));
            }
        }
        throw badSign();
    }

    /** What a stage is refused with that is not signed as it must be. */
    public static Problem.Refused badSign() {
        return Problem.of(401, "bad sign").refused();
    }

    /**
     * Whether the request is signed with the secret key.
     *
     * @param host as asked for, with its port if it has one
     * @param requestUri path and query as sent
     */
    public boolean isSignedWith(String secretKey, String host, String requestUri) {
        if (signature == null) {
            return false;
        }
        var given = Base64Values.decode(signature.hmac).orElseThrow();
        return textsToSign(host, requestUri).stream()
                .anyMatch(text -> MessageDigest.isEqual(hmac(secretKey, text), given));
    }

    /**
     * What may have been signed: the URL without its scheme up to {@code /sign/}, as sent and with
     * all bars written in the same way, since what lies between may write them otherwise.
     */
    static List<String> textsToSign(String host, String requestUri) {
        var stage = Math.max(0, requestUri.lastIndexOf(OPERATION + "/"));
        var end = requestUri.indexOf("/sign/", stage);
        var text = host + (end < 0 ? requestUri : requestUri.substring(0, end));
        var bars = BAR.matcher(text);
        return List.copyOf(
                new LinkedHashSet<>(
                        List.of(
                                text,
                                bars.replaceAll("|"),
                                bars.replaceAll("%7C"),
                                bars.replaceAll("%7c"))));
    }

    /** The signature of a text, as it stands in a URL. */
    static String sign(String secretKey, String text) {
        return Base64.getUrlEncoder().encodeToString(hmac(secretKey, text));
    }

    private static byte[] hmac(String secretKey, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA1 for any key", e);
        }
    }
}
