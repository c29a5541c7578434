package dev.lumiere.storage.blob.care;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a store, reads every content and holds it against its hash, so slowly that others
 * hardly notice. For one thread at a time.
 */
public final class Scrub {
    /** To find one costs about as much as to read so much. */
    private static final int PER_BLOB_BYTES = 4 << 10;

    private static final int PAGE = 1000;

    /** So many in a row that cannot be read are not their own fault. */
    private static final int MAX_UNREADABLE = 10;

    private final BlobStore store;
    private final long bytesPerSecond;
    private final InstantSource clock;
    private final Pause pause;

    /**
     * A content that is not as it was written.
     *
     * @param why in words
     */
    public record Finding(BlobId id, long size, String why) {}

    /** What became of reading all. */
    public record Pass(long blobs, long bytes, long findings) {}

    /** Waits; {@code Thread::sleep}, or a clock's hand in tests. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /**
     * Reads nothing yet.
     *
     * @param bytesPerSecond that it reads in the mean, at least 1
     */
    public Scrub(BlobStore store, long bytesPerSecond, InstantSource clock, Pause pause) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytes per second below 1: " + bytesPerSecond);
        }
        this.store = store;
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Reads all that is there once.
     *
     * @param found told of each that is damaged or cannot be read
     * @throws InterruptedIOException if the thread was interrupted
     * @throws IOException if the store fails
     */
    public Pass pass(Consumer<Finding> found) throws IOException {
        var pace = new SteadyPace(clock.instant());
        long blobs = 0;
        long bytes = 0;
        long findings = 0;
        var unreadable = 0;
        for (var page = store.list(null, PAGE); !page.isEmpty(); page = after(page)) {
            for (var blob : page) {
                pace.read(PER_BLOB_BYTES);
                String why;
                try {
                    why = fault(blob.id(), pace);
                    unreadable = 0;
                } catch (IOException e) {
                    if (isInterrupted(e) || ++unreadable == MAX_UNREADABLE) {
                        throw e;
                    }
                    why = "cannot be read: " + e.getMessage();
                }
                if (why != null) {
                    found.accept(new Finding(blob.id(), blob.size(), why));
                    findings++;
                }
                blobs++;
                bytes += blob.size();
            }
        }
        return new Pass(blobs, bytes, findings);
    }

    private List<BlobStore.Kept> after(List<BlobStore.Kept> page) throws IOException {
        return store.list(page.getLast().id(), PAGE);
    }

    private @Nullable String fault(BlobId id, BlobStore.Pace pace) throws IOException {
        try {
            return store.verify(id, pace) ? null : "not what was written";
        } catch (NoSuchFileException _) {
            return null; // deleted meanwhile
        }
    }

    private static boolean isInterrupted(IOException e) {
        return e instanceof InterruptedIOException || Thread.currentThread().isInterrupted();
    }

    /** What was read ahead of time is waited for. */
    private final class SteadyPace implements BlobStore.Pace {
        private final Instant start;
        private long read;

        private SteadyPace(Instant start) {
            this.start = start;
        }

        @Override
        public void read(int bytes) throws IOException {
            read += bytes;
            var due = start.plus(Duration.ofMillis((long) (read * 1000.0 / bytesPerSecond)));
            var early = Duration.between(clock.instant(), due);
            if (early.isPositive()) {
                try {
                    pause.of(early);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                }
            }
        }
    }
}
