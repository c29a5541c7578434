package dev.lumiere.eventlog.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatchWithIndex;

/**
 * Keys and values of a {@link View}, in the order of the keys' UTF-8. Who folds changes it and sees
 * the changes at once; who reads sees all of one moment. For one thread.
 */
public final class Index {
    private final RocksDB db;
    private final ColumnFamilyHandle entries;
    private final ReadOptions reading;
    private final @Nullable WriteBatchWithIndex changes;

    /**
     * One entry.
     *
     * @param value as it was put
     */
    public record Entry(String key, String value) {}

    Index(
            RocksDB db,
            ColumnFamilyHandle entries,
            ReadOptions reading,
            @Nullable WriteBatchWithIndex changes) {
        this.db = db;
        this.entries = entries;
        this.reading = reading;
        this.changes = changes;
    }

    /** Null if there is none. */
    public @Nullable String get(String key) throws IOException {
        try {
            var value =
                    changes == null
                            ? db.get(entries, reading, bytes(key))
                            : changes.getFromBatchAndDB(db, entries, reading, bytes(key));
            return value == null ? null : text(value);
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
        var found = new ArrayList<Entry>();
        try (var iterator = iterator()) {
            iterator.seek(bytes(after.isEmpty() ? prefix : after));
            for (; iterator.isValid() && found.size() < max; iterator.next()) {
                var key = text(iterator.key());
                if (!key.startsWith(prefix)) {
                    break;
                }
                if (!key.equals(after)) {
                    found.add(new Entry(key, text(iterator.value())));
                }
            }
            iterator.status();
            return List.copyOf(found);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    private RocksIterator iterator() {
        var base = db.newIterator(entries, reading);
        return changes == null ? base : changes.newIteratorWithBase(entries, base);
    }

    /**
     * In place of what is there.
     *
     * @throws IllegalStateException if this is only to be read
     */
    public void put(String key, String value) throws IOException {
        try {
            changes().put(entries, bytes(key), bytes(value));
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    /**
     * Whether it is there or not.
     *
     * @throws IllegalStateException if this is only to be read
     */
    public void delete(String key) throws IOException {
        try {
            changes().delete(entries, bytes(key));
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    private WriteBatchWithIndex changes() {
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
