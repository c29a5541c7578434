package dev.lumiere.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the modules read their configuration: flags over environment over file over the default
 * given in code. A setting is named {@code module.field}; in the environment {@code
 * LUMIERE_MODULE_FIELD}, with {@code camelCase} as {@code CAMEL_CASE}.
 *
 * <p>Mistakes are gathered, so that {@link #check} reports all of them at once: values that cannot
 * be read or are out of bounds, and settings that nobody asked for.
 */
public final class Settings {
    private static final String PREFIX = "LUMIERE_";
    private static final int MAX_NAME_BYTES = 255;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*(|[KMGT])(?:i?B)?");
    private static final Pattern SPAN = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d)");

    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * Takes the three places to look in.
     *
     * @param flags by {@code module.field}
     * @param environment all of it; only names that start with {@code LUMIERE_} count
     * @param file by {@code module.field}
     */
    public Settings(
            Map<String, String> flags, Map<String, String> environment, Map<String, String> file) {
        this.flags = Map.copyOf(flags);
        this.environment = Map.copyOf(environment);
        this.file = Map.copyOf(file);
    }

    public String text(String name, String otherwise) {
        var value = find(name);
        return value == null ? otherwise : value;
    }

    /**
     * What may be part of an instance's identity: 1 to 255 bytes, no slash or control character.
     */
    public String name(String name, String otherwise) {
        return read(
                name,
                otherwise,
                "a name of 1 to 255 bytes without slash or control character",
                text -> isName(text) ? text : null);
    }

    /** Whether {@link #name} takes it. */
    public static boolean isName(String text) {
        return !text.isBlank()
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                && text.chars().noneMatch(c -> c == '/' || Character.isISOControl(c));
    }

    public int integer(String name, int otherwise, int min, int max) {
        return read(
                name,
                otherwise,
                "a whole number from " + min + " to " + max,
                text -> {
                    var number = Integer.parseInt(text);
                    return number < min || number > max ? null : number;
                });
    }

    public boolean flag(String name, boolean otherwise) {
        return read(
                name,
                otherwise,
                "true or false",
                text ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> null;
                        });
    }

    /** A number of bytes, written as {@code 1048576}, {@code 1M} or {@code 1MiB}. */
    public long bytes(String name, long otherwise) {
        return read(
                name,
                otherwise,
                "a size such as 64MiB",
                text -> {
                    var m = SIZE.matcher(text);
                    if (!m.matches()) {
                        return null;
                    }
                    var shift = 10 * " KMGT".indexOf(m.group(2).isEmpty() ? " " : m.group(2));
                    return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
                });
    }

    /** A span of time, written as {@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
    public Duration duration(String name, Duration otherwise) {
        return read(
                name,
                otherwise,
                "a span of time such as 30s",
                text -> {
                    var m = SPAN.matcher(text);
                    if (!m.matches()) {
                        return null;
                    }
                    var amount = Long.parseLong(m.group(1));
                    return switch (m.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    };
                });
    }

    /** Adds a mistake that a module found by itself. */
    public void fault(String text) {
        faults.add(text);
    }

    /**
     * Call it after everything was read.
     *
     * @throws IllegalArgumentException with one line for each mistake, if there is any
     */
    public void check() {
        var all = new ArrayList<>(faults);
        flags.keySet().stream().filter(n -> !known.contains(n)).forEach(n -> all.add(unknown(n)));
        file.keySet().stream().filter(n -> !known.contains(n)).forEach(n -> all.add(unknown(n)));
        var variables = known.stream().map(Settings::variable).toList();
        environment.keySet().stream()
                .filter(n -> n.startsWith(PREFIX) && !variables.contains(n))
                .forEach(n -> all.add(unknown(n)));
        if (!all.isEmpty()) {
            all.sort(null);
            throw new IllegalArgumentException(String.join("\n", all));
        }
    }

    /** {@code gateway.mediaPort} is {@code LUMIERE_GATEWAY_MEDIA_PORT}. */
    public static String variable(String name) {
        return PREFIX
                + name.replace('.', '_')
                        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .toUpperCase(Locale.ROOT);
    }

    private <T> T read(
            String name, T otherwise, String expected, Function<String, @Nullable T> reader) {
        var text = find(name);
        if (text == null) {
            return otherwise;
        }
        T value;
        try {
            value = reader.apply(text.strip());
        } catch (ArithmeticException | NumberFormatException _) {
            value = null;
        }
        if (value == null) {
            faults.add(name + " is not " + expected + ": " + text);
            return otherwise;
        }
        return value;
    }

    private @Nullable String find(String name) {
        known.add(name);
        var flag = flags.get(name);
        if (flag != null) {
            return flag;
        }
        var variable = environment.get(variable(name));
        return variable != null ? variable : file.get(name);
    }

    private static String unknown(String name) {
        return "no such setting: " + name;
    }
}
