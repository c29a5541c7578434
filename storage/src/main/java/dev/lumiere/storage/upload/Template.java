package dev.lumiere.storage.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.service.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text with variables, {@code $(name)}, in it. What a variable becomes depends on what the text
 * is; one that is not closed is left as it is.
 */
final class Template {
    private static final int MAX_LENGTH = 1 << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final String field;
    private final String text;

    /**
     * Of a field.
     *
     * @param field where it stands, for what is said of mistakes
     */
    Template(String field, String text) {
        this.field = field;
        this.text = text;
    }

    /** As it is: missing values are empty. */
    String plain(Function<String, @Nullable JsonNode> values) {
        return filled(values, (value, _) -> text(value));
    }

    /** A form: values are URL-encoded. */
    String form(Function<String, @Nullable JsonNode> values) {
        return filled(values, (value, _) -> URLEncoder.encode(text(value), StandardCharsets.UTF_8));
    }

    /** A URL, or a part of one: values are percent-encoded. */
    String url(Function<String, @Nullable JsonNode> values) {
        return filled(
                values,
                (value, _) ->
                        URLEncoder.encode(text(value), StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /**
     * JSON: between quotes values are escaped text, elsewhere JSON of their own, and {@code null}
     * if missing.
     *
     * @throws Problem.Refused 400 if no JSON comes of it
     */
    String json(Function<String, @Nullable JsonNode> values) {
        var filled =
                filled(
                        values,
                        (value, isQuoted) ->
                                isQuoted
                                        ? new String(
                                                JsonStringEncoder.getInstance()
                                                        .quoteAsString(text(value)))
                                        : value == null ? "null" : value.toString());
        try {
            var _ = JSON.readTree(filled);
        } catch (JsonProcessingException e) {
            throw Problem.badRequest(
                            "%s gives no JSON: %s".formatted(field, e.getOriginalMessage()))
                    .refused();
        }
        return filled;
    }

    private interface Form {
        String of(@Nullable JsonNode value, boolean isQuoted);
    }

    private String filled(Function<String, @Nullable JsonNode> values, Form form) {
        var filled = new StringBuilder(text.length() + 64);
        var isQuoted = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var end = text.startsWith("$(", i) ? text.indexOf(')', i) : -1;
            if (end >= 0) {
                filled.append(form.of(values.apply(text.substring(i + 2, end)), isQuoted));
                i = end;
            } else if (c == '\\' && isQuoted && i + 1 < text.length()) {
                filled.append(c).append(text.charAt(++i));
            } else {
                isQuoted ^= c == '"';
                filled.append(c);
            }
            if (filled.length() > MAX_LENGTH) {
                throw Problem.badRequest("%s gives too much".formatted(field)).refused();
            }
        }
        return filled.toString();
    }

    private static String text(@Nullable JsonNode value) {
        return value == null ? "" : value.isTextual() ? value.textValue() : value.toString();
    }
}
