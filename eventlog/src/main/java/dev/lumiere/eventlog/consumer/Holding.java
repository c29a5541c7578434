package dev.lumiere.eventlog.consumer;

import org.jspecify.annotations.Nullable;

/** A partition that a member has. Its thread changes it; others look. */
final class Holding {
    final int partition;

    /** The last that is known to be written, and its version. */
    Checkpoint checkpoint;

    long version;

    /** On the ticker, before it was written. */
    long writtenAt;

    /** How many events were handled since. */
    int handled;

    volatile long position;
    volatile Consumer.@Nullable Stop stop;

    Holding(int partition, Checkpoint checkpoint, long version, long writtenAt) {
        this.partition = partition;
        this.checkpoint = checkpoint;
        this.version = version;
        this.writtenAt = writtenAt;
        position = checkpoint.position();
    }

    void written(Checkpoint next, long at) {
        checkpoint = next;
        version++;
        writtenAt = at;
        handled = 0;
    }

    /** With what somebody else has written, who wants it. */
    void adopt(Checkpoints.Stored stored) {
        checkpoint = stored.checkpoint();
        version = stored.version();
    }

    /** Whether it is the same taking. */
    boolean isStill(Checkpoint other) {
        return other.member() != null && other.epoch() == checkpoint.epoch();
    }
}
