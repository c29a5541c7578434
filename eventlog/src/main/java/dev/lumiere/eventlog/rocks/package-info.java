/**
 * A log in a folder of one process: the device that needs nothing to be installed, kept by RocksDB.
 */
@NullMarked
package dev.lumiere.eventlog.rocks;

import org.jspecify.annotations.NullMarked;
