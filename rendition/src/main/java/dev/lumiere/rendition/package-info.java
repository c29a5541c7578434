/** From an object and a pipeline to result bytes. */
@NullMarked
package dev.lumiere.rendition;

import org.jspecify.annotations.NullMarked;
