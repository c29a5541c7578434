/**
 * From desired state to running instances. {@link DesiredState} says what is to run; the {@link
 * Reconciler} compares it with what is {@link Observed} and decides {@link Action}s; the {@link
 * NodeAgent} carries them out through an {@link InstanceRuntime} and lists what is ready in the
 * registry. {@link ProcessRuntime} runs instances as sandboxed local processes.
 */
@NullMarked
package dev.lumiere.deploy;

import org.jspecify.annotations.NullMarked;
