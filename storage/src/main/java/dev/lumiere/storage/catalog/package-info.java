/**
 * The objects of all buckets: changes are events in the log, and what is there now is a view of it
 * on every node, or some partitions of it. Begin with {@link Catalog}.
 */
@NullMarked
package dev.lumiere.storage.catalog;

import org.jspecify.annotations.NullMarked;
