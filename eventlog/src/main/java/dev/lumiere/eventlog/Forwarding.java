package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;

/** Takes appends to the node that owns their partition. */
@FunctionalInterface
public interface Forwarding {
    /**
     * What {@link EventLog#appendHere} of that node says.
     *
     * @param address as that node published it
     * @throws NotOwnerException if that node is not the owner either
     * @throws IOException if no answer came; it is not known what became of the append
     */
    AppendOutcome append(String address, Append append, Duration atMost)
            throws IOException, InterruptedException;
}
