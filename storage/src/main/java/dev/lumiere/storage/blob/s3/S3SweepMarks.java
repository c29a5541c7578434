package dev.lumiere.storage.blob.s3;

import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Tells who keeps a content that another node is about to delete it. Who deletes sets the mark,
 * then looks how old the content is; who keeps writes or renews it, then looks for the mark. As a
 * bucket is strongly consistent, one of them sees the other.
 */
final class S3SweepMarks {
    private static final String BELOW = "sweeping/";
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Who has set one that is older is dead, and nothing that it sent is still on its way. */
    private static final Duration STALE = S3Objects.LONGEST.multipliedBy(5);

    private final S3Objects objects;
    private final InstantSource clock;

    S3SweepMarks(S3Objects objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    void set(BlobId id) throws IOException {
        objects.put(BELOW + id, RequestBody.empty());
    }

    void lift(BlobId id) throws IOException {
        objects.delete(BELOW + id);
    }

    /**
     * Waits until there is none.
     *
     * @throws IOException if there is one for half a minute
     */
    void awaitNone(BlobId id) throws IOException {
        for (var waited = Duration.ZERO; ; waited = waited.plus(POLL)) {
            var mark = objects.find(BELOW + id);
            if (mark == null) {
                return;
            }
            if (mark.written().plus(STALE).isBefore(clock.instant())) {
                lift(id);
                return;
            }
            if (waited.compareTo(LONGEST) >= 0) {
                throw new IOException("it is being deleted, try again: " + id);
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
