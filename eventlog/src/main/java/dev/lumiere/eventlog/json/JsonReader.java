package dev.lumiere.eventlog.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads one JSON value strictly: what is not as it has to be is refused with its path, such as
 * {@code changes[0].events[2].type}. For one thread.
 */
final class JsonReader {
    private static final int MAX_ECHOED = 100;
    private static final JsonFactory JSON = new JsonFactory();

    private final String text;
    private final JsonParser parser;

    private JsonReader(String text, JsonParser parser) {
        this.text = text;
        this.parser = parser;
    }

    /** A value of some kind, at whose first token the reader is. */
    interface Value<T> {
        T read(JsonReader from) throws IOException;
    }

    /** Takes the value of one field. */
    interface Fields {
        void read(String name, String path) throws IOException;
    }

    /** Takes one item of an array. */
    interface Items {
        void read(String path) throws IOException;
    }

    /**
     * Reads all of it.
     *
     * @throws IllegalArgumentException if it is no JSON, or not as it has to be
     */
    static <T> T read(String text, Value<T> value) {
        try (var parser = JSON.createParser(text)) {
            var reader = new JsonReader(text, parser);
            parser.nextToken();
            var read = value.read(reader);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("there is something after the JSON");
            }
            return read;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(
                    "not JSON%s: %s"
                            .formatted(
                                    at == null
                                            ? ""
                                            : " at line %d, column %d"
                                                    .formatted(at.getLineNr(), at.getColumnNr()),
                                    echoed(String.valueOf(e.getOriginalMessage()))),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text does not fail
        }
    }

    /** One object with no other fields than these, none of them twice. */
    void object(String path, Set<String> known, Fields fields) throws IOException {
        expect(path, JsonToken.START_OBJECT, "an object");
        var seen = new HashSet<String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var at = path.isEmpty() ? name : path + "." + name;
            if (!known.contains(name)) {
                throw wrong(at, "there is no such field");
            }
            if (!seen.add(name)) {
                throw wrong(at, "is there twice");
            }
            parser.nextToken();
            fields.read(name, at);
        }
    }

    /** One array of at most so many. */
    void array(String path, int max, Items items) throws IOException {
        expect(path, JsonToken.START_ARRAY, "an array");
        for (var i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == max) {
                throw wrong(path, "has more than " + max);
            }
            items.read(path + "[" + i + "]");
        }
    }

    boolean isNumber() {
        return parser.currentToken().isNumeric();
    }

    String string(String path) throws IOException {
        expect(path, JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    long number(String path, long min, long max) throws IOException {
        expect(path, JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < min
                || parser.getLongValue() > max) {
            throw wrong(path, "is not from %d to %d: %s".formatted(min, max, parser.getText()));
        }
        return parser.getLongValue();
    }

    boolean flag(String path) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        expect(path, JsonToken.VALUE_FALSE, "true or false");
        return false;
    }

    UUID uuid(String path) throws IOException {
        var written = string(path);
        return parsed(
                path,
                () -> {
                    var id = UUID.fromString(written);
                    if (!id.toString().equalsIgnoreCase(written)) {
                        throw new IllegalArgumentException("not a UUID: " + echoed(written));
                    }
                    return id;
                });
    }

    /** The value as it stands, on one line. */
    String verbatim() throws IOException {
        var start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        var end = Math.toIntExact(parser.currentLocation().getCharOffset());
        var value = text.substring(start, end);
        return isOneLine(value) ? value : onOneLine(value);
    }

    static boolean isOneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0;
    }

    private static String onOneLine(String json) throws IOException {
        var line = new StringWriter();
        try (var from = JSON.createParser(json);
                JsonGenerator to = JSON.createGenerator(line)) {
            from.nextToken();
            to.copyCurrentStructureExact(from);
        }
        return line.toString();
    }

    /** Whatever refuses by an {@link IllegalArgumentException}. */
    interface Parsing<T> {
        T parse();
    }

    static <T> T parsed(String path, Parsing<T> parsing) {
        try {
            return parsing.parse();
        } catch (IllegalArgumentException e) {
            throw wrong(path, String.valueOf(e.getMessage()));
        }
    }

    <T> T string(String path, Function<String, T> parsing) throws IOException {
        var written = string(path);
        return parsed(path, () -> parsing.apply(written));
    }

    private void expect(String path, JsonToken wanted, String what) throws IOException {
        if (parser.currentToken() != wanted) {
            var is =
                    parser.currentToken() == null
                            ? "is missing"
                            : "is not %s: %s".formatted(what, echoed(verbatim()));
            throw wrong(path, path.isEmpty() ? "it " + is : is);
        }
    }

    static IllegalArgumentException wrong(String path, String what) {
        return new IllegalArgumentException(path.isEmpty() ? what : path + ": " + what);
    }

    static String echoed(String text) {
        return text.length() > MAX_ECHOED ? text.substring(0, MAX_ECHOED) + "…" : text;
    }
}
