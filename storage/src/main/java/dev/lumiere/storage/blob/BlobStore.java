package dev.lumiere.storage.blob;

import dev.lumiere.service.file.OpenFile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contents by their hashes, each kept once. Any thread may use it. */
public interface BlobStore extends AutoCloseable {
    /** Begins to take in a content. */
    BlobWriter begin() throws IOException;

    /**
     * Makes a content of others, one after the other, without reading them here. It is as durable
     * as one that was written; that its bytes are those of its name is believed.
     *
     * @return false if this store cannot, or one of them is not there; then nothing was made
     */
    default boolean join(Blob blob, List<BlobId> pieces) throws IOException {
        return false;
    }

    /**
     * Opens a content to be read at any place; it stays readable while it is open, whatever becomes
     * of it. Bytes that are kept elsewhere are fetched first.
     *
     * @return null if it is not there
     */
    @Nullable OpenFile open(BlobId id) throws IOException;

    /** Whether it is there. */
    boolean has(BlobId id) throws IOException;

    /**
     * Counts it as written now, so that whoever sweeps leaves it alone for a while.
     *
     * @return whether it is there
     */
    boolean renew(BlobId id) throws IOException;

    /** Takes it away, whoever needs it; nothing if it is not there. */
    void delete(BlobId id) throws IOException;

    /**
     * Takes it away, unless somebody writes or renews it at the same time: whose {@link
     * BlobWriter#finish} or {@link #renew} has said that it is there finds it there.
     *
     * @param than it must have been written, and last renewed, before that
     * @return whether it was taken away
     */
    boolean deleteIfOlder(BlobId id, Instant than) throws IOException;

    /**
     * Takes away what writers have begun before that time and will not finish, if their process has
     * left anything where others see it.
     */
    default void deleteUnfinished(Instant before) throws IOException {}

    /**
     * One that is kept.
     *
     * @param written when it was, or was last renewed
     */
    record Kept(BlobId id, long size, Instant written) {}

    /**
     * What is kept, in the order of ids.
     *
     * @param after the last of the page before; null for the first page
     */
    List<Kept> list(@Nullable BlobId after, int max) throws IOException;

    /**
     * Reads all of it and holds it against its hash.
     *
     * @return whether it is as it was written
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    default boolean verify(BlobId id) throws IOException {
        return verify(id, _ -> {});
    }

    /**
     * As {@link #verify(BlobId)}, as slowly as whoever asks likes.
     *
     * @param pace called after each portion
     */
    boolean verify(BlobId id, Pace pace) throws IOException;

    /** Makes a reader wait. */
    @FunctionalInterface
    interface Pace {
        /**
         * May block.
         *
         * @param bytes how many were read since the call before
         */
        void read(int bytes) throws IOException;
    }

    @Override
    void close();
}
