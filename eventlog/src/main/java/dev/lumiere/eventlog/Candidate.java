package dev.lumiere.eventlog;

import java.io.IOException;

/** Who would write to a {@link LogDevice}, and follows what others write. */
public interface Candidate {
    /** Where this node takes appends that others pass on; published with each of its claims. */
    String address();

    /**
     * Partitions are this node's.
     *
     * @throws IOException if what is there cannot be read; the claim is of no use then
     */
    void granted(Claim claim) throws IOException;

    /** They are not any more. A claim that was released is lost too. */
    void lost(Claim claim, String reason);

    /** What others have written can be read. */
    void moved(int partition, long last);
}
