/**
 * What is decided on a log: a {@link Decider} says how things of one kind change, {@link
 * Aggregates} do it, and {@link EventTypes} are the records that events are written as.
 */
@NullMarked
package dev.lumiere.eventlog.aggregate;

import org.jspecify.annotations.NullMarked;
