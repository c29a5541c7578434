package dev.lumiere.eventlog.rocks;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;

/** Objects of RocksDB that are not Java's, closed together in the order that it asks for. */
public final class Natives implements AutoCloseable {
    private final List<AbstractImmutableNativeReference> owned = new ArrayList<>();

    /** The same, closed with this. */
    public <T extends AbstractImmutableNativeReference> T own(T made) {
        owned.add(made);
        return made;
    }

    /** Families first, then the database, then what it was made of. */
    @Override
    public void close() {
        owned.reversed().stream()
                .filter(ColumnFamilyHandle.class::isInstance)
                .forEach(AbstractImmutableNativeReference::close);
        owned.stream()
                .filter(RocksDB.class::isInstance)
                .forEach(AbstractImmutableNativeReference::close);
        owned.reversed().forEach(AbstractImmutableNativeReference::close);
    }
}
