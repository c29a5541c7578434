package dev.lumiere.bench;

import java.io.IOException;

/** Asks a peer for its targets. */
@FunctionalInterface
interface Generator {
    /**
     * Blocks until it is done.
     *
     * @param seconds about how long
     */
    Load run(Peer peer, int seconds) throws IOException, InterruptedException;
}
