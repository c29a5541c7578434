package dev.lumiere.eventlog;

import java.util.concurrent.CompletableFuture;

/**
 * An append that waits for its decision.
 *
 * @param partition where its streams are
 * @param bytes that it takes in memory
 * @param absentAt how many batches could be read when none of its ids was there; {@link
 *     #NOT_LOOKED} if nobody has looked, or one was
 * @param outcome to be told
 */
record Wish(
        int partition,
        Append append,
        long bytes,
        long absentAt,
        CompletableFuture<AppendOutcome> outcome) {
    static final long NOT_LOOKED = -1;

    /** The same, as if nobody had looked for its ids. */
    Wish notLooked() {
        return new Wish(partition, append, bytes, NOT_LOOKED, outcome);
    }
}
