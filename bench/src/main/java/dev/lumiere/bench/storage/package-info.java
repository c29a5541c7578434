/** What storage costs: the catalog by itself. */
@NullMarked
package dev.lumiere.bench.storage;

import org.jspecify.annotations.NullMarked;
