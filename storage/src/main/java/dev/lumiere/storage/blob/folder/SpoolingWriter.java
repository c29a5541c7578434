package dev.lumiere.storage.blob.folder;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Gathers a content, then hands it to its store whole. */
public final class SpoolingWriter implements BlobWriter {
    private final Incoming incoming;
    private final Spool spool;
    private final Store store;

    /** Where contents go. */
    @FunctionalInterface
    public interface Store {
        /** Makes it durable and readable, all of it or nothing. */
        void keep(Blob blob, Spool spool) throws IOException;
    }

    public SpoolingWriter(Incoming incoming, Store store) throws IOException {
        this.incoming = incoming;
        this.store = store;
        incoming.space().check();
        spool = new Spool(incoming.next());
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        incoming.space().check();
        spool.write(bytes);
    }

    @Override
    public long size() {
        return spool.size();
    }

    @Override
    public Blob finish() throws IOException {
        try (spool) {
            incoming.checkOpen();
            var blob = spool.finish();
            store.keep(blob, spool);
            return blob;
        }
    }

    @Override
    public void close() {
        spool.close();
    }
}
