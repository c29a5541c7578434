package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an argument of a stage names as a further input, such as the image of a watermark. The
 * argument is the base64url of the reference; where the input is granted it goes by the argument's
 * {@link #name}.
 */
public sealed interface InputReference {
    /** How many different ones a pipeline may have. */
    int MAX_INPUTS = 20;

    /** How long one may be in UTF-8. */
    int MAX_BYTES = 2048;

    /** How long all names may be together: they are told to a worker in one header. */
    int MAX_NAME_LENGTHS = 16 << 10;

    /** The scheme of references into buckets. */
    String KODO = "kodo://";

    /** What no key begins with. */
    Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://");

    /** An address of http or https, not read further here. */
    record Url(String url) implements InputReference {
        @Override
        public String toString() {
            return url;
        }
    }

    /** An object of a bucket. */
    record InBucket(String bucket, String key) implements InputReference {
        @Override
        public String toString() {
            return KODO + bucket + "/" + key;
        }
    }

    /** An object of the bucket that the source lies in. */
    record SameBucket(String key) implements InputReference {
        @Override
        public String toString() {
            return key;
        }
    }

    /**
     * Reads an argument: base64 of an http or https URL, of {@code kodo://bucket/key} or of a key.
     *
     * @throws Problem.Refused {@code bad argument: NAME} if it is something else
     */
    static InputReference read(Parameter argument) {
        var text = argument.text();
        if (text.isEmpty()
                || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES
                || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw argument.bad();
        }
        if (!SCHEME.matcher(text).lookingAt()) {
            return new SameBucket(text);
        }
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) {
            return new Url(text);
        }
        var slash = text.indexOf('/', KODO.length());
        if (!lower.startsWith(KODO) || slash <= KODO.length() || slash == text.length() - 1) {
            throw argument.bad();
        }
        return new InBucket(text.substring(KODO.length(), slash), text.substring(slash + 1));
    }

    /** The name an input goes by: the argument in base64url without padding. */
    static String name(String argument) {
        var end = argument.length();
        while (end > 0 && argument.charAt(end - 1) == '=') {
            end--;
        }
        return argument.substring(0, end).replace('+', '-').replace('/', '_');
    }

    /**
     * The references of all calls of a pipeline, by name, in the order of their first use.
     *
     * @throws Problem.Refused if one is malformed, or there are too many
     */
    static Map<String, InputReference> of(Collection<Call> calls) {
        if (calls.stream().allMatch(call -> call.offer().inputs().isEmpty())) {
            return Map.of();
        }
        var references = new LinkedHashMap<String, InputReference>();
        calls.forEach(call -> references.putAll(call.inputs()));
        if (references.size() > MAX_INPUTS) {
            throw Problem.badRequest("over " + MAX_INPUTS + " inputs").refused();
        }
        if (references.keySet().stream().mapToInt(String::length).sum() > MAX_NAME_LENGTHS) {
            throw Problem.badRequest("inputs over " + MAX_NAME_LENGTHS + " characters").refused();
        }
        return references;
    }
}
