/**
 * How long events stay: a {@link Retention} takes out of a log what its rules say, after an {@link
 * Archive} has taken it over if there is one.
 */
@NullMarked
package dev.lumiere.eventlog.retention;

import org.jspecify.annotations.NullMarked;
