package dev.lumiere.api.storage;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.BlockUploads;
import dev.lumiere.storage.upload.Completion;
import dev.lumiere.storage.upload.ContentWriter;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;

/**
 * Resumable uploads of the first kind, {@code /mkblk}, {@code /bput} and {@code /mkfile}, and
 * {@code /putb64}, a file in base64 at once. What is to be known of a file stands in the path.
 */
final class BlockHandler {
    private static final int MAX_CONTEXTS_BYTES = 2 << 20;
    private static final long MAX_FILE_BYTES = 1 << 30;

    private final BlockUploads blocks;
    private final BlobStore blobs;
    private final Completion completion;

    BlockHandler(BlockUploads blocks, BlobStore blobs, Completion completion) {
        this.blocks = blocks;
        this.blobs = blobs;
        this.completion = completion;
    }

    /** {@code /mkblk/SIZE}. */
    void begin(Exchange exchange, UploadToken token, InputStream body)
            throws IOException, InterruptedException {
        var segments = segments(exchange, UploadPaths.BLOCK, 1);
        var size = UploadText.number("block size", segments.getFirst());
        answer(exchange, blocks.begin(token, size, body));
    }

    /** {@code /bput/CTX/OFFSET}. */
    void append(Exchange exchange, UploadToken token, InputStream body)
            throws IOException, InterruptedException {
        var segments = segments(exchange, UploadPaths.CHUNK, 2);
        var offset = UploadText.number("offset", segments.get(1));
        answer(exchange, blocks.append(token, segments.getFirst(), offset, body));
    }

    private static List<String> segments(Exchange exchange, String path, int number) {
        var segments = segments(exchange, path);
        if (segments.size() != number) {
            throw Problem.notFound("no such path: " + exchange.request().path()).refused();
        }
        return segments;
    }

    private static List<String> segments(Exchange exchange, String path) {
        var rest = String.valueOf(exchange.request().path()).substring(path.length());
        return List.of(rest.split("/", -1));
    }

    private static void answer(Exchange exchange, BlockUploads.Progress progress) {
        var request = exchange.request();
        exchange.json(
                200,
                JsonObject.of(
                                "ctx", progress.context(),
                                "checksum", progress.checksum(),
                                "crc32", progress.crc32(),
                                "offset", progress.offset(),
                                "host", request.scheme() + "://" + request.getHeader("Host"),
                                "expired_at", progress.expiresAt())
                        .toBuffer());
    }

    /** {@code /mkfile/SIZE} with fields; the body has the contexts with commas between. */
    void join(Exchange exchange, UploadToken token, InputStream body)
            throws IOException, InterruptedException {
        var segments = segments(exchange, UploadPaths.FILE);
        var size = UploadText.number("file size", segments.getFirst());
        var request = fields(segments).request();
        var text = UploadText.read("the list of ctx", body, MAX_CONTEXTS_BYTES).strip();
        var contexts = text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1));
        UploadAnswers.send(exchange, blocks.join(token, size, contexts, request));
    }

    /** {@code /putb64/SIZE} with fields; the body is the file in base64, a size of -1 is any. */
    void put(Exchange exchange, UploadToken token, InputStream body)
            throws IOException, InterruptedException {
        var segments = segments(exchange, UploadPaths.BASE64);
        var size = UploadText.number("file size", segments.getFirst());
        var request = fields(segments).request();
        completion.admit(token, request.key(), Math.max(0, size));
        try (var file = new ContentWriter(blobs)) {
            take(file, body);
            if (size >= 0 && file.size() != size) {
                throw Problem.badRequest(
                                "the file is of %d bytes, not %d".formatted(file.size(), size))
                        .refused();
            }
            UploadAnswers.send(exchange, completion.complete(token, request, file.finish()));
        }
    }

    private static void take(ContentWriter file, InputStream body) throws IOException {
        try {
            file.take(Base64.getDecoder().wrap(body), MAX_FILE_BYTES);
        } catch (EOFException e) {
            throw e;
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().startsWith("Illegal base64")) {
                throw Problem.badRequest("the body is no base64").refused();
            }
            throw e;
        }
    }

    private static UploadFields fields(List<String> segments) {
        return UploadFields.ofPath(segments.subList(1, segments.size()));
    }
}
