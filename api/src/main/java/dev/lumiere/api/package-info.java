/** The control plane. */
@NullMarked
package dev.lumiere.api;

import org.jspecify.annotations.NullMarked;
