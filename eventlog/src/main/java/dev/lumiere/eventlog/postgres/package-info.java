/** A log in a PostgreSQL database that several nodes share. */
@NullMarked
package dev.lumiere.eventlog.postgres;

import org.jspecify.annotations.NullMarked;
