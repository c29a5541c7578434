/**
 * Events, appends and what became of them as JSON: one form for HTTP, the command line and exports,
 * which loses nothing.
 */
@NullMarked
package dev.lumiere.eventlog.json;

import org.jspecify.annotations.NullMarked;
