/**
 * The control plane on its own port: health, metrics, what runs, and the HTTP faces of the registry
 * and of the log.
 */
@NullMarked
package dev.lumiere.api;

import org.jspecify.annotations.NullMarked;
