package dev.lumiere.eventlog.aggregate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which code makes a state of events: a hash of the compiled decider, of what is nested in one
 * class with it, of the state's record and of all events' schemas and records. Whoever changes any
 * of these changes it, whether they think of it or not; at worst a state is folded anew. What a
 * decider calls in other classes is not in it: who changes that changes the form.
 */
final class CodeVersion {
    private CodeVersion() {}

    static String of(Decider<?, ?, ?> decider, EventTypes<?> types, Class<?> state, int form) {
        var classes = new TreeMap<String, Class<?>>();
        add(classes, decider.getClass());
        add(classes, state);
        var known = new StringBuilder().append(form).append('\n');
        known.append(decider.getClass().getName())
                .append('\n')
                .append(state.getName())
                .append('\n');
        types.all().stream()
                .sorted(Comparator.comparing(EventType::name))
                .forEach(type -> {
                    known.append(type.name()).append('/').append(type.schema()).append('\n');
                    add(classes, type.type());
                });
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(known.toString().getBytes(StandardCharsets.UTF_8));
            for (var each : classes.values()) {
                hash.update(code(each));
            }
            return HexFormat.of().formatHex(Arrays.copyOf(hash.digest(), 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(Map<String, Class<?>> classes, Class<?> one) {
        if (one.isHidden()) {
            throw new IllegalArgumentException("its code cannot be read: " + one);
        }
        for (var each : one.getNestMembers()) {
            classes.putIfAbsent(each.getName(), each);
        }
    }

    private static byte[] code(Class<?> one) {
        var file = one.getName().substring(one.getName().lastIndexOf('.') + 1) + ".class";
        try (var code = one.getResourceAsStream(file)) {
            if (code == null) {
                throw new IllegalArgumentException("its code cannot be read: " + one);
            }
            return code.readAllBytes();
        } catch (IOException e) {
            throw new IllegalArgumentException("its code cannot be read: " + one, e);
        }
    }
}
