/**
 * What is read of a log: a {@link Projection} says what becomes of each event, a {@link View}
 * follows the log with it and keeps an {@link Index}; a {@link BlueGreenView} is read also while a
 * changed projection is folded.
 */
@NullMarked
package dev.lumiere.eventlog.view;

import org.jspecify.annotations.NullMarked;
