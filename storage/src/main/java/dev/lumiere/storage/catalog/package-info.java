/**
 * Buckets and the objects in them: changes are events in the log, and what is there now is a view
 * of it on every node. Begin with {@link Catalog}.
 */
@NullMarked
package dev.lumiere.storage.catalog;

import org.jspecify.annotations.NullMarked;
