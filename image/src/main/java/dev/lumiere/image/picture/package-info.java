/** Pictures on their way from one file to another: read, shaped, held against limits, written. */
@NullMarked
package dev.lumiere.image.picture;

import org.jspecify.annotations.NullMarked;
