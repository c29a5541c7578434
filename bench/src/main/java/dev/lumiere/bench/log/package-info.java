/** The log side by side with other durable logs: {@code ./lumiere bench log}. */
@NullMarked
package dev.lumiere.bench.log;

import org.jspecify.annotations.NullMarked;
