package dev.lumiere.deploy;

import dev.lumiere.service.registry.Address;
import java.util.concurrent.CompletableFuture;

/** One instance, from its start on. */
public interface RunningInstance {

    /** The worker's own process, as the host numbers it, as far as known yet. */
    long pid();

    /** Where it will listen, as the host reaches it. */
    Address address();

    /** Whether something listens there. Asked before the address is first connected to. */
    boolean listening();

    /** Completes when its last process is gone. */
    CompletableFuture<Exit> exit();

    /** Asks it to finish what it does and end (SIGTERM). */
    void terminate();

    /** Ends it and all that it started at once (SIGKILL). */
    void kill();

    /**
     * How it ended.
     *
     * @param status its exit status; 128 plus the signal's number if a signal ended it
     * @param outOfMemory whether its memory limit had been reached
     */
    record Exit(int status, boolean outOfMemory) {
        @Override
        public String toString() {
            return outOfMemory ? "over its memory limit, status " + status : "status " + status;
        }
    }
}
