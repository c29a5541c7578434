package dev.lumiere.rendition;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was used last, up to a bound of bytes. A cache that goes by frequency would not do: what is
 * new here is asked for in the next moments, and what was asked for often before is not any more.
 */
final class RecentlyUsed<K, V> {
    private static final int INITIAL_CAPACITY = 64;
    private static final float LOAD_FACTOR = 0.75f;

    private final long maxBytes;
    private final ToLongFunction<V> bytesOf;
    private final Consumer<V> removed;
    private final Map<K, V> byKey = new LinkedHashMap<>(INITIAL_CAPACITY, LOAD_FACTOR, true);
    private long bytes;
    private long evicted;

    /**
     * Keeps nothing yet.
     *
     * @param removed told of each value that is not kept any more, or never was
     */
    RecentlyUsed(long maxBytes, ToLongFunction<V> bytesOf, Consumer<V> removed) {
        this.maxBytes = maxBytes;
        this.bytesOf = bytesOf;
        this.removed = removed;
    }

    /**
     * What a value is good for; it cannot be removed meanwhile.
     *
     * @return null if there is none, or if nothing came of it
     */
    <R> @Nullable R use(K key, Function<V, @Nullable R> use) {
        synchronized (byKey) {
            var value = byKey.get(key);
            return value == null ? null : use.apply(value);
        }
    }

    /** One that is over the bound by itself is not kept, and leaves the others alone. */
    void put(K key, V value) {
        if (bytesOf.applyAsLong(value) > maxBytes) {
            removed.accept(value);
            return;
        }
        var gone = new ArrayList<V>();
        synchronized (byKey) {
            var before = byKey.put(key, value);
            bytes += bytesOf.applyAsLong(value);
            if (before != null) {
                bytes -= bytesOf.applyAsLong(before);
                gone.add(before);
            }
            evict(gone);
        }
        gone.forEach(removed);
    }

    private void evict(List<V> gone) {
        for (Iterator<V> oldest = byKey.values().iterator();
                bytes > maxBytes && oldest.hasNext(); ) {
            var value = oldest.next();
            bytes -= bytesOf.applyAsLong(value);
            oldest.remove();
            evicted++;
            gone.add(value);
        }
    }

    void clear() {
        List<V> gone;
        synchronized (byKey) {
            gone = List.copyOf(byKey.values());
            byKey.clear();
            bytes = 0;
        }
        gone.forEach(removed);
    }

    long bytes() {
        synchronized (byKey) {
            return bytes;
        }
    }

    /** How many had to make room. */
    long evicted() {
        synchronized (byKey) {
            return evicted;
        }
    }
}
