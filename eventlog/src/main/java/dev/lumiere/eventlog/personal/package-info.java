/**
 * Personal data in a log that forgets nothing: a {@link Personal} is only ever kept sealed under a
 * key of whom it is about, and when that key is erased from the {@link SubjectKeys} no copy of the
 * log says it any more.
 */
@NullMarked
package dev.lumiere.eventlog.personal;

import org.jspecify.annotations.NullMarked;
