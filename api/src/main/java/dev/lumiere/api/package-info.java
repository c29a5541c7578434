/** The control plane on its own port: health, metrics, what runs, and the registry's HTTP face. */
@NullMarked
package dev.lumiere.api;

import org.jspecify.annotations.NullMarked;
