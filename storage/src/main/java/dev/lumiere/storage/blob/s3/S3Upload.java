package dev.lumiere.storage.blob.s3;

import dev.lumiere.storage.blob.folder.Spool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Sends a content to a bucket, from memory, from a file, or in parts if it is large. */
final class S3Upload {
    private static final long PART_BYTES = 16L << 20;
    private static final int MAX_PARTS = 10_000;

    /** Servers take no smaller part but the last, and copy no larger one. */
    private static final long MIN_PART_BYTES = 5L << 20;

    private static final long MAX_COPIED_BYTES = 5L << 30;
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
        var partBytes = Math.max(PART_BYTES, Math.ceilDiv(size, MAX_PARTS));
        inParts(
                key,
                upload -> {
                    var parts = new ArrayList<CompletedPart>();
                    for (var at = 0L; at < size; at += partBytes) {
                        var from = at;
                        var length = Math.min(partBytes, size - from);
                        var body =
                                RequestBody.fromContentProvider(
                                        () -> new FileRange(file, from, length), length, TYPE);
                        parts.add(objects.putPart(key, upload, parts.size() + 1, body));
                    }
                    return parts;
                });
    }

    /**
     * Whether servers make one object of these, without being sent them: all are there, and large.
     */
    boolean canJoin(List<String> sources) throws IOException {
        if (sources.isEmpty() || sources.size() > MAX_PARTS) {
            return false;
        }
        for (var source : sources) {
            var there = objects.find(source);
            if (there == null
                    || there.size() > MAX_COPIED_BYTES
                    || (there.size() < MIN_PART_BYTES && !source.equals(sources.getLast()))) {
                return false;
            }
        }
        return true;
    }

    /** Whole or not at all. */
    void join(String key, List<String> sources) throws IOException {
        inParts(
                key,
                upload -> {
                    var parts = new ArrayList<CompletedPart>();
                    for (var source : sources) {
                        parts.add(objects.copyPart(key, upload, parts.size() + 1, source));
                    }
                    return parts;
                });
    }

    private interface Parts {
        List<CompletedPart> of(String upload) throws IOException;
    }

    private void inParts(String key, Parts parts) throws IOException {
        var upload = objects.beginParts(key);
        try {
            objects.complete(key, upload, parts.of(upload));
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
