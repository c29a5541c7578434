/** Side-by-side figures. */
@NullMarked
package dev.lumiere.bench;

import org.jspecify.annotations.NullMarked;
