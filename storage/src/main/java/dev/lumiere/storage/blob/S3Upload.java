package dev.lumiere.storage.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Sends a content to a bucket, from memory, from a file, or in parts if it is large. */
final class S3Upload {
    private static final long PART_BYTES = 16L << 20;
    private static final int MAX_PARTS = 10_000;
    private static final String TYPE = "application/octet-stream";

    private final S3Objects objects;

    S3Upload(S3Objects objects) {
        this.objects = objects;
    }

    /** Whole or not at all. */
    void send(String key, Spool spool) throws IOException {
        if (spool.isInMemory()) {
            objects.put(key, RequestBody.fromRemainingByteBuffer(spool.bytes()));
        } else if (spool.size() <= PART_BYTES) {
            objects.put(key, RequestBody.fromFile(spool.file()));
        } else {
            try (var file = FileChannel.open(spool.file(), StandardOpenOption.READ)) {
                sendParts(key, file, spool.size());
            }
        }
    }

    private void sendParts(String key, FileChannel file, long size) throws IOException {
        var upload = objects.beginParts(key);
        try {
            var partBytes = Math.max(PART_BYTES, Math.ceilDiv(size, MAX_PARTS));
            var parts = new ArrayList<CompletedPart>();
            for (var at = 0L; at < size; at += partBytes) {
                var from = at;
                var length = Math.min(partBytes, size - from);
                var body =
                        RequestBody.fromContentProvider(
                                () -> new FileRange(file, from, length), length, TYPE);
                parts.add(objects.putPart(key, upload, parts.size() + 1, body));
            }
            objects.complete(key, upload, parts);
        } catch (IOException | RuntimeException | Error e) {
            try {
                objects.abort(key, upload);
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }
}
