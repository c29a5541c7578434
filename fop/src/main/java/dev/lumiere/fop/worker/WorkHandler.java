package dev.lumiere.fop.worker;

import dev.lumiere.service.Problem;

/**
 * The work of a worker. Called on platform threads, as many at once as the worker has slots, so
 * native code may block and pin. A {@link Problem.Refused} is answered as it says; any other
 * exception is the worker's own fault, a 500.
 */
@FunctionalInterface
public interface WorkHandler {
    WorkResult handle(WorkRequest request) throws Exception;
}
