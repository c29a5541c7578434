/** The image worker. */
@NullMarked
package dev.lumiere.image;

import org.jspecify.annotations.NullMarked;
