/**
 * Work that is done for every event, shared by several: each {@link Consumer} of a name has some of
 * the partitions, and how far each partition has come is kept in the log itself.
 */
@NullMarked
package dev.lumiere.eventlog.consumer;

import org.jspecify.annotations.NullMarked;
