/** Buckets and the objects in them. */
@NullMarked
package dev.lumiere.storage;

import org.jspecify.annotations.NullMarked;
