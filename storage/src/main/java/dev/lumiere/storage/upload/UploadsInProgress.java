package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs resumable uploads refer to that have neither ended nor expired: a view of the log,
 * for whoever sweeps blobs.
 */
public final class UploadsInProgress implements AutoCloseable {
    private static final int PAGE = 100;

    private final View view;
    private final InstantSource clock;

    private UploadsInProgress(View view, InstantSource clock) {
        this.view = view;
        this.clock = clock;
    }

    /**
     * Opens it, or begins it.
     *
     * @param folder of views
     */
    public static UploadsInProgress open(Path folder, EventLog log, InstantSource clock)
            throws IOException, InterruptedException {
        return new UploadsInProgress(View.open(folder, log, new References()), clock);
    }

    /** By which it is known how far it is. */
    public View view() {
        return view;
    }

    /** Whether an upload in progress has that content. */
    public boolean refersTo(BlobId blob) throws IOException {
        var now = clock.instant().getEpochSecond();
        var prefix = References.ofBlob(blob);
        return view.read(index -> {
            var page = index.scan(prefix, "", PAGE);
            while (!page.isEmpty()) {
                for (var entry : page) {
                    var upload = entry.key().substring(prefix.length());
                    if (Long.parseLong(entry.value()) > now
                            && index.get(References.ofEnd(upload)) == null) {
                        return true;
                    }
                }
                page = index.scan(prefix, page.getLast().key(), PAGE);
            }
            return false;
        });
    }

    @Override
    public void close() {
        view.close();
    }

    /**
     * {@code r<blob>/<upload>} is when a reference expires, {@code e<upload>} is there if the
     * upload has ended, whichever was told first, since they may come from different partitions.
     * {@code x<second>/<key>} names what is dropped when it has expired.
     */
    private static final class References implements Projection {
        private static final int DROPPED_AT_ONCE = 8;

        static String ofBlob(BlobId blob) {
            return "r" + blob + "/";
        }

        static String ofEnd(String upload) {
            return "e" + upload;
        }

        @Override
        public String name() {
            return "uploads-in-progress";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            var stream = event.stream();
            switch (stream.category()) {
                case BlockEvent.CATEGORY -> applyBlock(stream.key(), event, index);
                case PartEvent.CATEGORY -> applyPart(stream.key(), event, index);
                default -> {}
            }
        }

        private static void applyBlock(String block, Event event, Index index) throws IOException {
            switch (known(BlockEvent.TYPES, event)) {
                case BlockEvent.ChunkTaken chunk ->
                        keep(ofBlob(chunk.blob()) + block, chunk.expiresAt(), index);
                case BlockEvent.BlocksJoined joined ->
                        joined.blocks().forEach(one -> keep(ofEnd(one), joined.expiresAt(), index));
                case null -> {}
            }
            drop(event, index);
        }

        private static void applyPart(String upload, Event event, Index index) throws IOException {
            switch (known(PartEvent.TYPES, event)) {
                case PartEvent.UploadBegun _ -> {}
                case PartEvent.PartTaken part ->
                        keep(ofBlob(part.blob()) + upload, part.expiresAt(), index);
                case PartEvent.UploadCompleted end -> keep(ofEnd(upload), end.expiresAt(), index);
                case PartEvent.UploadAborted end -> keep(ofEnd(upload), end.expiresAt(), index);
                case null -> {}
            }
            drop(event, index);
        }

        private static <E> @Nullable E known(EventTypes<E> types, Event event) {
            return types.event(event.data());
        }

        private static void keep(String key, long expiresAt, Index index) {
            index.put(key, Long.toString(expiresAt));
            index.put(dueAt(expiresAt) + key, "");
        }

        /** So that it stays as small as what is in progress. */
        private static void drop(Event event, Index index) throws IOException {
            var now = dueAt(event.data().time().getEpochSecond());
            for (var due : index.scan("x", "", DROPPED_AT_ONCE)) {
                if (due.key().compareTo(now) < 0) {
                    index.delete(due.key().substring(now.length()));
                    index.delete(due.key());
                }
            }
        }

        private static String dueAt(long second) {
            return "x%012d/".formatted(second);
        }
    }
}
