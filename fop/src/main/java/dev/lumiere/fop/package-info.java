/**
 * Operations on media: their grammar, and what platform and workers say to each other. {@link
 * Pipelines} reads the {@link Stage}s of a query, {@link Parameters} their arguments; {@link
 * OperationTable} knows which service offers which operation and makes the {@link Call}s of a
 * {@link Pipeline}, and an {@link InputReference} what one needs besides its source. A {@link
 * Capability} names what is not in the body of a call. On this stand {@link dev.lumiere.fop.run},
 * which sends the calls, {@link dev.lumiere.fop.worker}, which takes them in, and {@link
 * dev.lumiere.fop.source}, where workers read and write files of the node.
 */
@NullMarked
package dev.lumiere.fop;

import org.jspecify.annotations.NullMarked;
