/**
 * From a pipeline and its source to the output: {@link Runner} sends the calls of a {@link Work} to
 * workers, one after the other. {@link BodyBuffers} reads the {@link Source}, a {@link Gate} per
 * service lets in no more than its instances hold, and {@link Attempts} tries a call elsewhere
 * where that is safe. {@link Precautions} keep a source from doing harm again: {@link Probation}
 * finds the one that kills workers, {@link Quarantine} refuses it.
 */
@NullMarked
package dev.lumiere.fop.run;

import org.jspecify.annotations.NullMarked;
