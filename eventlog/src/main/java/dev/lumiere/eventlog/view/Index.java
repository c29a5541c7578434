package dev.lumiere.eventlog.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Keys and values of a {@link View}, in the order of the keys' UTF-8. Who folds changes it and sees
 * the changes at once; who reads sees all of one moment. For one thread.
 */
public final class Index {
    private final RocksDB db;
    private final ColumnFamilyHandle entries;
    private final ReadOptions reading;
    private final int version;
    private final @Nullable Changes changes;

    /**
     * One entry.
     *
     * @param value as it was put, if that was text
     */
    public record Entry(String key, String value) {}

    Index(
            RocksDB db,
            ColumnFamilyHandle entries,
            ReadOptions reading,
            int version,
            @Nullable Changes changes) {
        this.db = db;
        this.entries = entries;
        this.reading = reading;
        this.version = version;
        this.changes = changes;
    }

    /**
     * Of the projection that made it, and so the form of what is in it. Of a {@link BlueGreenView}
     * it may be that of the release before.
     */
    public int version() {
        return version;
    }

    /** Null if there is none. */
    public @Nullable String get(String key) throws IOException {
        var value = getBytes(key);
        return value == null ? null : text(value);
    }

    /** Null if there is none. Not to be changed. */
    public byte @Nullable [] getBytes(String key) throws IOException {
        var changed = changes == null ? null : changes.of(key);
        try {
            return changed == null ? db.get(entries, reading, bytes(key)) : changed.value();
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    /**
     * Entries whose keys begin so.
     *
     * @param after a key that begins so, the last of a page before; empty for the first page
     * @param max how many at most
     */
    public List<Entry> scan(String prefix, String after, int max) throws IOException {
        if (!after.isEmpty() && !after.startsWith(prefix)) {
            throw new IllegalArgumentException(
                    "does not begin with %s: %s".formatted(prefix, after));
        }
        var from = bytes(after.isEmpty() ? prefix : after);
        var changed =
                changes == null
                        ? new TreeMap<byte[], Changes.Change>(Arrays::compareUnsigned)
                        : changes.beginningWith(prefix).tailMap(from, after.isEmpty());
        var found = new ArrayList<Entry>();
        try (var iterator = db.newIterator(entries, reading)) {
            seekBehind(iterator, from, !after.isEmpty());
            var begin = bytes(prefix);
            while (found.size() < max) {
                var key = iterator.isValid() ? iterator.key() : null;
                if (key != null && !startsWith(key, begin)) {
                    key = null;
                }
                var next = changed.firstEntry();
                if (key == null && next == null) {
                    break;
                }
                var order =
                        key == null
                                ? 1
                                : next == null ? -1 : Arrays.compareUnsigned(key, next.getKey());
                if (order < 0 && key != null) {
                    found.add(new Entry(text(key), text(iterator.value())));
                } else if (next != null) {
                    var value = next.getValue().value();
                    if (value != null) {
                        found.add(new Entry(text(next.getKey()), text(value)));
                    }
                    changed.remove(next.getKey());
                }
                if (order <= 0) {
                    iterator.next();
                }
            }
            iterator.status();
            return List.copyOf(found);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    /** Somebody who goes through entries. */
    @FunctionalInterface
    public interface Walker {
        /**
         * Is told of an entry.
         *
         * @param value not to be changed
         * @return the key behind which to go on, mostly this one; null to end
         */
        @Nullable String on(String key, byte[] value) throws IOException;
    }

    /**
     * Goes through entries whose keys begin so, in their order, one at a time.
     *
     * @param after a key that begins so, behind which to begin; empty for the first of them
     * @throws IllegalStateException if this is being changed
     */
    public void walk(String prefix, String after, Walker walker) throws IOException {
        if (changes != null) {
            throw new IllegalStateException("is being changed");
        }
        var begin = bytes(prefix);
        try (var iterator = db.newIterator(entries, reading)) {
            seekBehind(iterator, bytes(after.isEmpty() ? prefix : after), !after.isEmpty());
            while (iterator.isValid()) {
                var bytes = iterator.key();
                if (!startsWith(bytes, begin)) {
                    break;
                }
                var key = text(bytes);
                var behind = walker.on(key, iterator.value());
                if (behind == null) {
                    break;
                }
                if (behind.equals(key)) {
                    iterator.next();
                } else {
                    seekBehind(iterator, bytes(behind), true);
                }
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    /**
     * To a key, or the first behind it.
     *
     * @param excluded whether not to the key itself
     */
    private static void seekBehind(RocksIterator iterator, byte[] key, boolean excluded) {
        iterator.seek(key);
        if (excluded && iterator.isValid() && Arrays.equals(iterator.key(), key)) {
            iterator.next();
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /**
     * In place of what is there.
     *
     * @throws IllegalStateException if this is only to be read
     */
    public void put(String key, String value) {
        changes().set(key, bytes(value));
    }

    /**
     * In place of what is there.
     *
     * @param value not to be changed from now on
     * @throws IllegalStateException if this is only to be read
     */
    public void put(String key, byte[] value) {
        changes().set(key, value);
    }

    /**
     * Whether it is there or not.
     *
     * @throws IllegalStateException if this is only to be read
     */
    public void delete(String key) {
        changes().set(key, null);
    }

    private Changes changes() {
        if (changes == null) {
            throw new IllegalStateException("only to be read");
        }
        return changes;
    }

    private static IOException failure(RocksDBException e) {
        return new IOException("cannot use the index of a view: " + e.getMessage(), e);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
