package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.BlockEvent.BlocksJoined;
import dev.lumiere.storage.upload.BlockEvent.ChunkTaken;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Resumable uploads of the first kind: blocks of at most 4 MiB come in chunks, and an object is
 * made of blocks. Each block is a stream of the log, and what there is of it a blob, so that any
 * node goes on with it, for a week.
 */
public final class BlockUploads {
    private static final long MAX_BLOCK_BYTES = 4 << 20;
    private static final Duration LIFETIME = Duration.ofDays(7);

    private final UploadStreams<BlockEvent> streams;
    private final BlobStore blobs;
    private final Completion completion;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * A block as far as it is there.
     *
     * @param context to go on with
     * @param checksum SHA-1 of all of it, in URL-safe base64
     * @param crc32 of the chunk that came last
     * @param offset up to where it is there
     * @param expiresAt second since 1970
     */
    public record Progress(
            String context, String checksum, long crc32, long offset, long expiresAt) {}

    /**
     * In a log.
     *
     * @param ids of events, each another
     * @param random nobody guesses
     */
    public BlockUploads(
            EventLog log,
            BlobStore blobs,
            Completion completion,
            InstantSource clock,
            Supplier<UUID> ids,
            RandomGenerator random) {
        streams = new UploadStreams<>(log, BlockEvent.TYPES, clock, ids);
        this.blobs = blobs;
        this.completion = completion;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Begins a block with its first chunk.
     *
     * @throws Problem.Refused 400 for a size that no block has, 413 for a chunk over it
     */
    public Progress begin(UploadToken token, long blockBytes, InputStream chunk)
            throws IOException, InterruptedException {
        if (blockBytes < 1 || blockBytes > MAX_BLOCK_BYTES) {
            throw Problem.badRequest("a block is of 1 to 4194304 bytes, not " + blockBytes)
                    .refused();
        }
        completion.admit(token, null, blockBytes);
        var crc = new CRC32();
        var content = taken(null, blockBytes, new CheckedInputStream(chunk, crc));
        var event =
                new ChunkTaken(
                        token.credential().account(),
                        blockBytes,
                        content.blob().size(),
                        content.blob().id(),
                        content.blob().qetag(),
                        clock.instant().plus(LIFETIME).getEpochSecond(),
                        content.blob().blocks());
        var block = BlockContext.newBlock(random);
        if (!streams.append(BlockEvent.stream(block), Expected.none(), event)) {
            throw new IllegalStateException("there is such a block already: " + block);
        }
        return progress(block, event, crc);
    }

    /**
     * Goes on with a block. The same chunk once more is answered as the first time.
     *
     * @throws Problem.Refused 701 if the context is none, or not what the block is at
     */
    public Progress append(UploadToken token, String context, long offset, InputStream chunk)
            throws IOException, InterruptedException {
        completion.admit(token);
        var at = BlockContext.parse(context);
        if (at.offset() != offset) {
            throw BlockContext.invalid();
        }
        var before = chunk(token, at);
        var crc = new CRC32();
        var content = taken(before, before.blockBytes(), new CheckedInputStream(chunk, crc));
        var event =
                new ChunkTaken(
                        before.account(),
                        before.blockBytes(),
                        content.blob().size(),
                        content.blob().id(),
                        content.blob().qetag(),
                        before.expiresAt(),
                        content.blob().blocks());
        var stream = BlockEvent.stream(at.block());
        var chunks = streams.read(stream);
        var version = chunks.indexOf(before) + 1;
        if (version < chunks.size() || !streams.append(stream, Expected.version(version), event)) {
            streams.catchUp();
            var all = streams.read(stream);
            if (version >= all.size() || !all.get(version).equals(event)) {
                throw BlockContext.invalid();
            }
        }
        return progress(at.block(), event, crc);
    }

    private Content taken(@Nullable ChunkTaken before, long maxBytes, InputStream chunk)
            throws IOException {
        try (var incoming = new ContentWriter(blobs)) {
            if (before != null && !incoming.take(before.blob())) {
                throw BlockContext.invalid();
            }
            var start = incoming.size();
            if (incoming.take(chunk, maxBytes).size() == start) {
                throw Problem.badRequest("an empty chunk").refused();
            }
            return incoming.finish();
        }
    }

    /** What a context stands for. */
    private ChunkTaken chunk(UploadToken token, BlockContext at) throws InterruptedException {
        var stream = BlockEvent.stream(at.block());
        for (var tries = 0; ; tries++) {
            for (var event : streams.read(stream)) {
                if (event instanceof ChunkTaken chunk && chunk.offset() == at.offset()) {
                    if (!chunk.account().equals(token.credential().account())
                            || chunk.expiresAt() <= clock.instant().getEpochSecond()) {
                        throw BlockContext.invalid();
                    }
                    return chunk;
                }
            }
            if (tries > 0) {
                throw BlockContext.invalid();
            }
            streams.catchUp();
        }
    }

    /**
     * Makes an object of blocks.
     *
     * @param size what they are together
     * @param contexts of whole blocks, in order
     * @throws Problem.Refused 701 if a context is none, 400 if the blocks are not whole or not of
     *     that size
     */
    public UploadAnswer join(
            UploadToken token, long size, List<String> contexts, UploadRequest request)
            throws InterruptedException {
        completion.admit(token);
        var chunks = new ArrayList<ChunkTaken>();
        var blocks = new LinkedHashSet<String>();
        var sum = 0L;
        for (var text : contexts) {
            var context = BlockContext.parse(text);
            var chunk = chunk(token, context);
            if (chunk.offset() != chunk.blockBytes()) {
                throw Problem.badRequest(
                                "block %d is of %d bytes, of which %d are there"
                                        .formatted(
                                                blocks.size(), chunk.blockBytes(), chunk.offset()))
                        .refused();
            }
            sum += chunk.offset();
            chunks.add(chunk);
            if (!blocks.add(context.block())) {
                throw Problem.badRequest("twice in one file: block " + context.block()).refused();
            }
        }
        if (sum != size) {
            throw Problem.badRequest("the blocks are of %d bytes, not %d".formatted(sum, size))
                    .refused();
        }
        Completion.checkSize(token.policy(), sum);
        completion.admit(token, request.key(), sum);
        var answer = completion.complete(token, request, joined(chunks), ChangeKind.MKFILE);
        if (!blocks.isEmpty()) {
            var end = chunks.stream().mapToLong(ChunkTaken::expiresAt).max().orElse(0);
            streams.append(
                    BlockEvent.stream(blocks.getFirst()),
                    Expected.any(),
                    new BlocksJoined(List.copyOf(blocks), end));
        }
        return answer;
    }

    private Content joined(List<ChunkTaken> chunks) {
        var joined =
                new Joining(blobs)
                        .joined(
                                chunks.stream()
                                        .map(chunk ->
                                                new Joining.Piece(
                                                        chunk.blob(),
                                                        chunk.offset(),
                                                        chunk.blocks()))
                                        .toList());
        if (joined == null) {
            throw BlockContext.invalid();
        }
        return joined;
    }

    private static Progress progress(String block, ChunkTaken chunk, CRC32 crc) {
        var context = new BlockContext(block, Math.toIntExact(chunk.offset()));
        return new Progress(
                context.text(),
                checksum(chunk.qetag()),
                crc.getValue(),
                chunk.offset(),
                chunk.expiresAt());
    }

    /** Of one block a QETag is a byte, and its SHA-1. */
    private static String checksum(String qetag) {
        var bytes = Base64.getUrlDecoder().decode(qetag);
        var sha1 = new byte[bytes.length - 1];
        System.arraycopy(bytes, 1, sha1, 0, sha1.length);
        return Base64.getUrlEncoder().encodeToString(sha1);
    }
}
