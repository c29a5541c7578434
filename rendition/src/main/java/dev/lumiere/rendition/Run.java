package dev.lumiere.rendition;

import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Work;

/** Makes a result, usually by sending the stages to workers. */
@FunctionalInterface
public interface Run {
    /**
     * Blocks until it is made; stops when the thread is interrupted.
     *
     * @throws dev.lumiere.service.Problem.Refused if it cannot be made
     */
    Output run(Work work) throws InterruptedException;
}
