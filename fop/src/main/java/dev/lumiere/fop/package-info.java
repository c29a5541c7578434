/** The grammar of operations, the contract with workers, and the runner. */
@NullMarked
package dev.lumiere.fop;

import org.jspecify.annotations.NullMarked;
