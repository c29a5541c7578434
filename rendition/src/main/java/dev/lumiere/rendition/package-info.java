/**
 * From an object and a pipeline to result bytes. {@link Renditions} is the way in: a {@link Plan}
 * has a key that names its result for ever, further inputs included, which {@link Inputs} finds;
 * what is not in the caches is made once for all who wait for it ({@code Coalescing}), when there
 * is room ({@code Admission}).
 */
@NullMarked
package dev.lumiere.rendition;

import org.jspecify.annotations.NullMarked;
