package dev.lumiere.eventlog.consumer;

/** A partition as one member sees it, and since when who has it says nothing. */
final class Watched {
    private Checkpoints.Stored last;
    private long since;

    Watched(Checkpoints.Stored first, long now) {
        last = first;
        since = now;
    }

    void saw(Checkpoints.Stored stored, long now) {
        if (!stored.checkpoint().isSilentSince(last.checkpoint())) {
            since = now;
        }
        last = stored;
    }

    Checkpoint checkpoint() {
        return last.checkpoint();
    }

    long version() {
        return last.version();
    }

    boolean isExpired(long now, long leaseNanos) {
        return now - since >= leaseNanos;
    }
}
