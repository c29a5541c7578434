/** What a whole picture comes down to: a few bytes to show while it loads, its main colours. */
@NullMarked
package dev.lumiere.image.summary;

import org.jspecify.annotations.NullMarked;
