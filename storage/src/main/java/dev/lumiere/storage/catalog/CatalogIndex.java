package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Folded;
import dev.lumiere.eventlog.view.View;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of the catalog: what this node has made of the log, and what it asks of others. */
interface CatalogIndex extends CatalogPartition, Folded, AutoCloseable {
    /** A view of this node, and of what it is. */
    record Part(CatalogProjection projection, View view) {
        /** How it can be asked for objects. */
        ViewedObjects objects() {
            return new ViewedObjects(view);
        }
    }

    /** Which has buckets and moves. */
    Part common();

    /** All that this node has now and can be read. */
    List<Part> parts();

    /** All that this node has now, also what is not folded yet or has stopped. */
    List<View> views();

    /** A partition that this node has, for others that ask; null if it has not, or not yet. */
    @Nullable Part held(int partition);

    /** How old what is known of a bucket's usage may be before it is asked for again. */
    Duration usageAge();

    @Override
    void close();
}
