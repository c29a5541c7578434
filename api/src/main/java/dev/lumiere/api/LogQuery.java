package dev.lumiere.api;

import dev.lumiere.service.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The query of a request for the log; what is wrong in it is refused by its name, with 400. */
final class LogQuery {
    private static final int MAX_ECHOED = 100;

    private final MultiMap parameters;

    private LogQuery(MultiMap parameters) {
        this.parameters = parameters;
    }

    /**
     * Reads it.
     *
     * @param known the names there may be
     */
    static LogQuery of(HttpServerRequest request, Set<String> known) {
        var parameters = refusing(request::params);
        for (var name : parameters.names()) {
            if (!known.contains(name)) {
                throw Problem.badRequest(
                                "no such parameter: %s (there are %s)"
                                        .formatted(
                                                echoed(name),
                                                known.isEmpty()
                                                        ? "none"
                                                        : String.join(", ", new TreeSet<>(known))))
                        .refused();
            }
            if (parameters.getAll(name).size() > 1) {
                throw Problem.badRequest("parameter twice: " + name).refused();
            }
        }
        return new LogQuery(parameters);
    }

    @Nullable String text(String name) {
        return parameters.get(name);
    }

    /** Null if it is not there. */
    <T> @Nullable T value(String name, Function<String, T> parsing) {
        var text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parsing.apply(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(name + ": " + echoed(String.valueOf(e.getMessage())))
                    .refused();
        }
    }

    long number(String name, long otherwise, long min, long max) {
        var number = value(name, text -> bounded(text, min, max));
        return number == null ? otherwise : number;
    }

    /** A number within bounds, and nothing else. */
    static long bounded(String text, long min, long max) {
        try {
            var number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same
        }
        throw new IllegalArgumentException(
                "not a number from %d to %d: %s".formatted(min, max, text));
    }

    /** Whether it is there, empty or {@code true}. */
    boolean flag(String name) {
        var flag =
                value(
                        name,
                        text ->
                                switch (text) {
                                    case "", "true" -> true;
                                    case "false" -> false;
                                    default ->
                                            throw new IllegalArgumentException(
                                                    "neither true nor false: " + text);
                                });
        return flag != null && flag;
    }

    /** What stands in the path after a prefix, decoded. */
    static String after(String prefix, HttpServerRequest request) {
        var rest = String.valueOf(request.path()).substring(prefix.length());
        return refusing(() -> {
            var bytes = URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            return utf8(bytes.getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    /**
     * Read strictly.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
    }

    /** Answers 400 where something cannot be read. */
    static <T> T refusing(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(echoed(String.valueOf(e.getMessage()))).refused();
        }
    }

    private static String echoed(String text) {
        return text.length() > MAX_ECHOED * 3 ? text.substring(0, MAX_ECHOED * 3) + "…" : text;
    }
}
