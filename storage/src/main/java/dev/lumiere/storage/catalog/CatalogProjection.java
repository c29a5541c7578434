package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.storage.bucket.BucketEvent;
import dev.lumiere.storage.bucket.BucketIndex;
import dev.lumiere.storage.bucket.KnownBuckets;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is in which bucket: the {@link #whole} of it in one view; or {@link #common}, what every
 * node has, and beside it the objects {@link #of} one partition of the log each.
 */
final class CatalogProjection implements Projection {
    private static final int ALL = -1;
    private static final int NONE = -2;

    private final String name;
    private final int version;
    private final @Nullable KnownBuckets known;
    private final int partition;

    private CatalogProjection(
            String name, int version, @Nullable KnownBuckets known, int partition) {
        this.name = name;
        this.version = version;
        this.known = known;
        this.partition = partition;
    }

    /** Buckets, which it tells of, moves, and all objects with what each bucket has. */
    static CatalogProjection whole(KnownBuckets known) {
        return new CatalogProjection("catalog", 4, known, ALL);
    }

    /** Buckets, which it tells of, and moves. */
    static CatalogProjection common(KnownBuckets known) {
        return new CatalogProjection("catalog-buckets", 3, known, NONE);
    }

    /** Objects whose streams are in a partition, and what each bucket has of them. */
    static CatalogProjection of(int partition) {
        return new CatalogProjection("catalog-objects-" + partition, 2, null, partition);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public boolean takes(int each) {
        return partition < 0 || partition == each;
    }

    /**
     * The partition whose owner leaves snapshots for all.
     *
     * @param usual where what it leaves is told
     */
    int led(int usual) {
        return partition < 0 ? usual : partition;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        switch (event.stream().category()) {
            case BucketEvent.CATEGORY -> {
                if (known != null) {
                    BucketIndex.apply(event, index, known);
                }
            }
            case ObjectEvent.CATEGORY -> {
                var change = ObjectEvent.TYPES.event(event.data());
                if (change != null) {
                    apply(change, event.version(), index);
                }
            }
            case MoveEvent.CATEGORY -> {
                var end = MoveEvent.TYPES.event(event.data());
                if (end != null && known != null) {
                    MoveIndex.apply(end, index);
                }
            }
            default -> {}
        }
    }

    private void apply(ObjectEvent change, long version, Index index) throws IOException {
        if (known != null) {
            MoveIndex.apply(change, index);
        }
        if (partition != NONE) {
            ObjectIndex.apply(change, version, index);
        }
    }
}
