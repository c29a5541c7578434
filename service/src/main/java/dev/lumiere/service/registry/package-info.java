/**
 * Who is alive, and where. An instance calls {@link Registry#register} and renews its {@link
 * Lease}; one that stops is gone when it ends. Readers {@link Registry#find} or {@link
 * Registry#watch}.
 */
@NullMarked
package dev.lumiere.service.registry;

import org.jspecify.annotations.NullMarked;
