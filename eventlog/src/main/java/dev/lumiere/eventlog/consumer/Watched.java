package dev.lumiere.eventlog.consumer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A partition as one member sees it, and since when who has it owes something and says nothing. Who
 * has nothing to do owes nothing, and is not taken for dead.
 */
final class Watched {
    private final Backlog backlog;
    private Checkpoints.Stored last;
    private long silentSince;
    private boolean isOwing;
    private long owingSince;

    Watched(Backlog backlog, Checkpoints.Stored first, long now) {
        this.backlog = backlog;
        last = first;
        silentSince = now;
    }

    void saw(Checkpoints.Stored stored, long now) {
        if (!stored.checkpoint().isSilentSince(last.checkpoint())) {
            silentSince = now;
            isOwing = false;
        }
        last = stored;
    }

    /** Looks whether there is something to do: an event, a question, a partition to be taken. */
    void lookForWork(long now) throws IOException {
        var is = checkpoint();
        var owes =
                is.wantedBy() != null
                        || is.probedBy() != null
                        || (is.stopped() == null && backlog.isAfter(is.position()));
        if (owes && !isOwing) {
            owingSince = now;
        }
        isOwing = owes;
    }

    Checkpoint checkpoint() {
        return last.checkpoint();
    }

    long version() {
        return last.version();
    }

    /** Who has it, or is to take it; null if nobody. */
    @Nullable String holder() {
        return checkpoint().member() == null ? checkpoint().wantedBy() : checkpoint().member();
    }

    boolean isOwing() {
        return isOwing;
    }

    boolean isSilent(long now, long leaseNanos) {
        return now - silentSince >= leaseNanos;
    }

    /** Whether something is to be done for a lease time, and nothing was said. */
    boolean isOverdue(long now, long leaseNanos) {
        return isOwing && isSilent(now, leaseNanos) && now - owingSince >= leaseNanos;
    }
}
