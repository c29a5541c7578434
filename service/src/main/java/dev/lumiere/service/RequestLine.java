package dev.lumiere.service;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The line of one request as a JSON object. Written by hand, since there is one for every request
 * and a general writer takes a quarter of the time of an answer from memory.
 */
final class RequestLine {
    private byte[] bytes = new byte[512];
    private int length;

    RequestLine() {
        put('{');
    }

    /** Adds a field; what is not printable ASCII is escaped. */
    RequestLine text(String name, String value) {
        begin(name);
        put('"');
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else if (c < ' ' || c > '~') {
                ascii("\\u");
                ascii(HexFormat.of().toHexDigits(c));
            } else {
                put(c);
            }
        }
        put('"');
        return this;
    }

    RequestLine number(String name, long value) {
        begin(name);
        ascii(Long.toString(value));
        return this;
    }

    /** Adds the fields of a request, times as whole microseconds. */
    RequestLine request(RequestLog.Entry request) {
        text("trace", request.traceId());
        text("method", request.method());
        text("path", request.path());
        number("status", request.status());
        number("bytes", request.bytes());
        number("us", request.micros());
        for (var step : request.steps()) {
            number(step.name() + "_us", step.duration().toNanos() / 1000);
        }
        return this;
    }

    /** The whole line, its line feed included. */
    byte[] end() {
        put('}');
        put('\n');
        return Arrays.copyOf(bytes, length);
    }

    private void begin(String name) {
        if (length > 1) {
            put(',');
        }
        put('"');
        ascii(name);
        put('"');
        put(':');
    }

    @SuppressWarnings("deprecation") // copies the low byte of each char, which is all of ASCII
    private void ascii(String text) {
        reserve(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    private void put(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
