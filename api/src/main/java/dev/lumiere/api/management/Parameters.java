package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and values, of a query, a form, or both together; what is wrong is refused with 400. */
final class Parameters {
    private static final int MAX_PAIRS = 2000;

    private final Map<String, List<String>> values = new HashMap<>();

    /** Adds what {@code name=value&name=value} says. */
    void add(String encoded) {
        var pairs = encoded.split("&", MAX_PAIRS + 1);
        if (pairs.length > MAX_PAIRS) {
            throw Problem.badRequest("over " + MAX_PAIRS + " parameters").refused();
        }
        for (var pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            var equals = pair.indexOf('=');
            var name = Encoded.percent(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : Encoded.percent(pair.substring(equals + 1));
            values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
    }

    /** In their order. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    @Nullable String find(String name) {
        var all = all(name);
        if (all.size() > 1) {
            throw Problem.badRequest("parameter twice: " + name).refused();
        }
        return all.isEmpty() ? null : all.getFirst();
    }

    String text(String name, String otherwise) {
        var value = find(name);
        return value == null ? otherwise : value;
    }

    /** What must be there, and not empty. */
    String required(String name) {
        var value = find(name);
        if (value == null || value.isEmpty()) {
            throw Problem.badRequest("no " + name).refused();
        }
        return value;
    }

    /** A number within bounds; if it is not there or empty, {@code otherwise}. */
    int number(String name, int otherwise, int min, int max) {
        var value = text(name, "");
        return value.isEmpty() ? otherwise : number(name, value, min, max);
    }

    static int number(String name, String text, int min, int max) {
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same
        }
        throw Encoded.refused("%s is not from %d to %d".formatted(name, min, max), text);
    }
}
