/** libvips, called by the names of its operations. */
@NullMarked
package dev.lumiere.image.vips;

import org.jspecify.annotations.NullMarked;
