package dev.lumiere.fop.run;

import dev.lumiere.service.Problem;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Reads files into direct memory, which goes to the socket without another copy.
 *
 * <p>Memory is kept for the next file, up to a bound, so that it is not mapped, cleared and
 * unmapped every time. It comes back only when nobody can be reading it any more; what does not
 * come back is left to the garbage collector.
 */
final class BodyBuffers {
    private static final int SMALLEST = 64 * 1024;

    /** Up to here a copy on the heap is cheaper than memory of its own. */
    private static final int ON_HEAP = 16 * 1024;

    /** A source's file is named without links: one that is there now was put in its way. */
    private static final Set<OpenOption> READ_NO_LINK =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final long maxKeptBytes;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private long keptBytes;

    /** A file's bytes and the memory they lie in. */
    record Body(Buffer bytes, ByteBuffer memory) {}

    BodyBuffers(long maxKeptBytes) {
        this.maxKeptBytes = maxKeptBytes;
    }

    /**
     * Reads a whole file.
     *
     * @throws Problem.Refused 404 if it has gone, 503 if it is not as long as it was
     */
    Body read(Source.OnDisk source) {
        var memory =
                source.size() <= ON_HEAP
                        ? ByteBuffer.allocate((int) source.size())
                        : take(Math.toIntExact(source.size()));
        try (var file = FileChannel.open(source.file(), READ_NO_LINK)) {
            memory.clear().limit((int) source.size());
            while (memory.hasRemaining() && file.read(memory) >= 0) {}
            if (memory.hasRemaining() || file.size() != source.size()) {
                throw Problem.unavailable(
                                "the source changed while it was read: " + source.key(),
                                Duration.ofSeconds(1))
                        .refused();
            }
        } catch (ClosedByInterruptException _) {
            throw new CancellationException("interrupted while reading " + source.key());
        } catch (NoSuchFileException _) {
            throw Problem.notFound("the source is gone: " + source.key()).refused();
        } catch (IOException e) {
            throw Problem.of(500, "the source cannot be read: " + source.key()).refused();
        }
        var bytes = BufferInternal.buffer(Unpooled.wrappedBuffer(memory.flip()));
        return new Body(bytes, memory);
    }

    /** The body has been received whole by whom it was sent to: its memory may be used again. */
    void recycle(Body body) {
        if (!body.memory().isDirect()) {
            return;
        }
        synchronized (kept) {
            var bytes = body.memory().capacity();
            if (keptBytes + bytes <= maxKeptBytes) {
                keptBytes += bytes;
                kept.addFirst(body.memory());
            }
        }
    }

    private ByteBuffer take(int bytes) {
        synchronized (kept) {
            for (var all = kept.iterator(); all.hasNext(); ) {
                var memory = all.next();
                if (memory.capacity() >= bytes
                        && memory.capacity() / 8 <= Math.max(bytes, SMALLEST)) {
                    all.remove();
                    keptBytes -= memory.capacity();
                    return memory;
                }
            }
        }
        var rounded = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return ByteBuffer.allocateDirect(rounded < bytes ? bytes : rounded);
    }
}
