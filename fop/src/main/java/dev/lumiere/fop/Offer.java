package dev.lumiere.fop;

import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the instances of one service at one version say they do, in their metadata {@code ops},
 * {@code in}, {@code out}, {@code encoded}, {@code descriptors}, {@code reduces} and {@code
 * inputs}.
 *
 * @param operations by name
 * @param in formats it reads, such as {@code jpeg}; empty for any
 * @param out formats it writes; empty for any
 * @param encoded whether it takes several stages in one call, in canonical form
 * @param descriptors whether a node on the same host may hand it open files
 * @param reduces operations that can work on a {@link Reduction} of the source
 * @param inputs by operation, the names of parameters whose value refers to a further input;
 *     written {@code watermark:image,watermark:imageKey}
 */
public record Offer(
        ServiceVersion maker,
        Set<String> operations,
        Set<String> in,
        Set<String> out,
        boolean encoded,
        boolean descriptors,
        Set<String> reduces,
        Map<String, Set<String>> inputs) {
    public Offer {
        operations = Set.copyOf(operations);
        in = Set.copyOf(in);
        out = Set.copyOf(out);
        reduces = Set.copyOf(reduces);
        inputs = Map.copyOf(inputs);
    }

    /** What metadata says; offers no operation where it has no {@code ops}. */
    public static Offer of(String service, Version version, Map<String, String> metadata) {
        return new Offer(
                new ServiceVersion(service, version),
                list(metadata.get("ops")),
                list(metadata.get("in")),
                list(metadata.get("out")),
                "true".equals(metadata.get("encoded")),
                "true".equals(metadata.get("descriptors")),
                list(metadata.get("reduces")),
                inputs(metadata.get("inputs")));
    }

    static Offer of(Instance instance) {
        var identity = instance.identity();
        return of(identity.name(), identity.version(), instance.metadata());
    }

    public boolean does(String operation) {
        return operations.contains(operation);
    }

    /** Whether it reads {@code format}; null is a format nobody knows. */
    public boolean reads(@Nullable String format) {
        return format == null || in.isEmpty() || in.contains(format);
    }

    /** Whether it writes {@code format}; null is any. */
    public boolean writes(@Nullable String format) {
        return format == null || out.isEmpty() || out.contains(format);
    }

    /** The format of a content type: {@code jpeg} of {@code image/jpeg}, {@code svg} of SVG's. */
    static @Nullable String format(String contentType) {
        var type =
                contentType.indexOf(';') < 0
                        ? contentType
                        : contentType.substring(0, contentType.indexOf(';'));
        var slash = type.indexOf('/');
        if (slash < 0 || type.startsWith("application/octet-stream")) {
            return null;
        }
        var format = type.substring(slash + 1).strip();
        format = format.startsWith("x-") ? format.substring(2) : format;
        return format.indexOf('+') < 0 ? format : format.substring(0, format.indexOf('+'));
    }

    /** What is not {@code operation:parameter} names nothing. */
    private static Map<String, Set<String>> inputs(@Nullable String commaSeparated) {
        var inputs = new TreeMap<String, Set<String>>();
        for (var item : list(commaSeparated)) {
            var colon = item.indexOf(':');
            if (colon > 0 && colon < item.length() - 1) {
                inputs.computeIfAbsent(item.substring(0, colon), _ -> new TreeSet<>())
                        .add(item.substring(colon + 1));
            }
        }
        return inputs;
    }

    private static Set<String> list(@Nullable String commaSeparated) {
        return commaSeparated == null
                ? Set.of()
                : Arrays.stream(commaSeparated.split(",", -1))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}
