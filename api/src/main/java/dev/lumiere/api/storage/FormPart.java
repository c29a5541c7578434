package dev.lumiere.api.storage;

import dev.lumiere.service.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a part of a form say. Names are UTF-8 as it is; in quotes a backslash stands
 * before a quote or another backslash, and elsewhere for itself.
 *
 * @param name of the field
 * @param fileName null if it says none
 * @param contentType null if it says none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
record FormPart(String name, @Nullable String fileName, @Nullable String contentType) {
    /**
     * Reads the headers.
     *
     * @throws Problem.Refused 400 if no field is named
     */
    static FormPart parse(String headers) {
        String name = null;
        String fileName = null;
        String contentType = null;
        for (var line : headers.split("\r\n", -1)) {
            var colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            var value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> {
                    name = parameter(value, "name");
                    fileName = parameter(value, "filename");
                }
                case "content-type" -> contentType = value;
                default -> {}
            }
        }
        if (name == null) {
            throw Problem.badRequest("a part of the form has no name").refused();
        }
        return new FormPart(name, fileName, contentType);
    }

    /**
     * A parameter of a header's value, such as {@code form-data; name="a"}.
     *
     * @return null if it is not there
     */
    static @Nullable String parameter(String value, String wanted) {
        var at = value.indexOf(';');
        while (at >= 0) {
            var equals = value.indexOf('=', at);
            if (equals < 0) {
                return null;
            }
            var name = value.substring(at + 1, equals).strip();
            var text = new StringBuilder();
            at = read(value, equals + 1, text);
            if (name.equalsIgnoreCase(wanted)) {
                return text.toString();
            }
        }
        return null;
    }

    /**
     * Reads one value.
     *
     * @return where the semicolon behind it is; -1 if there is none
     */
    private static int read(String value, int start, StringBuilder text) {
        var at = start;
        while (at < value.length() && value.charAt(at) == ' ') {
            at++;
        }
        if (at == value.length() || value.charAt(at) != '"') {
            var end = value.indexOf(';', at);
            text.append(value.substring(at, end < 0 ? value.length() : end).strip());
            return end;
        }
        for (at++; at < value.length() && value.charAt(at) != '"'; at++) {
            var c = value.charAt(at);
            if (c == '\\' && at + 1 < value.length() && "\"\\".indexOf(value.charAt(at + 1)) >= 0) {
                at++;
            }
            text.append(value.charAt(at));
        }
        return value.indexOf(';', Math.min(at, value.length()));
    }
}
