/** What a log keeps in files of its own, so that a power cut does not take it away. */
@NullMarked
package dev.lumiere.eventlog.file;

import org.jspecify.annotations.NullMarked;
