package dev.lumiere.eventlog.view;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What some events have changed in an index, in memory until it is written at once; what one of
 * them has changed can be undone. One event after another mostly changes the same entries, which so
 * cost a look into a map.
 */
final class Changes {
    private final Map<String, Change> byKey = new HashMap<>();
    private final List<Undo> undo = new ArrayList<>();

    /** What is to be under a key. */
    static final class Change {
        private final byte @Nullable [] value;

        private Change(byte @Nullable [] value) {
            this.value = value;
        }

        /** Null if nothing. */
        byte @Nullable [] value() {
            return value;
        }
    }

    private record Undo(String key, @Nullable Change before) {}

    /** Null if it was not changed. */
    @Nullable Change of(String key) {
        return byKey.get(key);
    }

    void set(String key, byte @Nullable [] value) {
        undo.add(new Undo(key, byKey.put(key, new Change(value))));
    }

    /** From here on it can be undone. */
    void beginEvent() {
        undo.clear();
    }

    void undoEvent() {
        for (var each : undo.reversed()) {
            if (each.before == null) {
                byKey.remove(each.key);
            } else {
                byKey.put(each.key, each.before);
            }
        }
        undo.clear();
    }

    Map<String, Change> all() {
        return byKey;
    }

    /** Those whose keys begin so, in the order of the index. */
    NavigableMap<byte[], Change> beginningWith(String prefix) {
        var sorted = new TreeMap<byte[], Change>(Arrays::compareUnsigned);
        byKey.forEach((key, change) -> {
            if (key.startsWith(prefix)) {
                sorted.put(key.getBytes(StandardCharsets.UTF_8), change);
            }
        });
        return sorted;
    }
}
