package dev.lumiere.storage.sign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.service.Problem;
import org.jspecify.annotations.Nullable;

/** The fields of a put policy, read leniently; what cannot be meant is refused by 400. */
final class PolicyFields {
    private static final int MAX_ECHOED = 100;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final ObjectNode fields;

    private PolicyFields(ObjectNode fields) {
        this.fields = fields;
    }

    static PolicyFields read(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode fields) {
                return new PolicyFields(fields);
            }
        } catch (JsonProcessingException _) {
            // the same to who sent it
        }
        throw refused("is no JSON object: " + echoed(json));
    }

    /** Null for what is not there, or null. */
    private @Nullable JsonNode find(String name) {
        var value = fields.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Refuses if a field is not there, or empty. */
    void require(String name) {
        var value = find(name);
        if (value == null || (value.isTextual() && value.textValue().isEmpty())) {
            throw refused(name + " is missing");
        }
    }

    /** Empty if it is not there. */
    String text(String name) {
        var value = find(name);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrong(name, "a text", value);
        }
        return value.textValue();
    }

    /** 0 if it is not there. */
    long number(String name, long min, long max) {
        var value = find(name);
        if (value == null || (value.isTextual() && value.textValue().isBlank())) {
            return 0;
        }
        var number = whole(value);
        if (number == null) {
            throw wrong(name, "a whole number", value);
        }
        if (number < min || number > max) {
            throw refused("%s is not from %d to %d: %d".formatted(name, min, max, number));
        }
        return number;
    }

    /** True for every number but 0; false if it is not there. */
    boolean flag(String name) {
        var value = find(name);
        if (value == null || (value.isTextual() && value.textValue().isBlank())) {
            return false;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isTextual()
                && (value.textValue().equals("true") || value.textValue().equals("false"))) {
            return value.textValue().equals("true");
        }
        var number = whole(value);
        if (number == null) {
            throw wrong(name, "0 or 1", value);
        }
        return number != 0;
    }

    private static @Nullable Long whole(JsonNode value) {
        if (value.isTextual()) {
            try {
                return Long.valueOf(value.textValue().strip());
            } catch (NumberFormatException _) {
                return null;
            }
        }
        return value.canConvertToExactIntegral() && value.canConvertToLong()
                ? value.longValue()
                : null;
    }

    private static Problem.Refused wrong(String name, String what, JsonNode value) {
        return refused("%s is not %s: %s".formatted(name, what, echoed(value.toString())));
    }

    private static Problem.Refused refused(String what) {
        return Problem.badRequest("put policy: " + what).refused();
    }

    private static String echoed(String text) {
        return text.length() > MAX_ECHOED ? text.substring(0, MAX_ECHOED) + "…" : text;
    }
}
