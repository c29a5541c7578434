package dev.lumiere.service.fetch;

import dev.lumiere.service.Pace;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer while it comes, for one thread that may wait. With {@value #WINDOW} chunks
 * here that were not read, no more is taken from the socket: a server that sends more waits. What
 * is cut short, too long, too late or slower than {@link Pace} is an {@link IOException} that says
 * so, so who has read up to the end has all of it.
 */
public final class IncomingBody extends InputStream {
    /** Chunks have up to 8 KiB; as many again as a socket gives at once may come. */
    private static final int WINDOW = 24;

    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final int MAX_TYPE_LENGTH = 100;
    private static final int MAX_VALIDATOR_LENGTH = 256;

    private final HttpClientResponse response;
    private final Context context;
    private final Intake intake;
    private final Bounds bounds;
    private final Pace pace;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private @Nullable Buffer chunk;
    private boolean hasEnded;
    private int at;
    private final AtomicInteger waiting = new AtomicInteger();
    private long size;
    private final List<Runnable> closing = new ArrayList<>();

    /**
     * What may come.
     *
     * @param patience how long nothing may, or next to nothing
     * @param until when its end must be here
     */
    record Bounds(long maxBytes, Duration patience, Instant until, InstantSource clock) {
        IOException tooLarge() {
            return new IOException("over " + maxBytes + " bytes");
        }
    }

    /** What the event loop puts in. */
    private sealed interface Piece {
        record Chunk(Buffer bytes) implements Piece {}

        record End(boolean isWhole) implements Piece {}
    }

    /** On the event loop, in the handler of the response. */
    IncomingBody(HttpClientResponse response, Context context, Intake intake, Bounds bounds) {
        this.response = response;
        this.context = context;
        this.intake = intake;
        this.bounds = bounds;
        pace = new Pace(bounds.patience);
        response.exceptionHandler(_ -> pieces.add(new Piece.End(false)));
        response.handler(this::arrived);
        response.endHandler(_ -> pieces.add(new Piece.End(true)));
    }

    private void arrived(Buffer bytes) {
        pieces.add(new Piece.Chunk(bytes));
        if (waiting.incrementAndGet() >= WINDOW) {
            intake.hold();
        }
    }

    /** What is to be done when it is closed, once. */
    void whenClosed(Runnable action) {
        closing.add(action);
    }

    /** As its server says, without parameters; {@code application/octet-stream} if it does not. */
    public String contentType() {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            return UNKNOWN_TYPE;
        }
        var semicolon = type.indexOf(';');
        var bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        return bare.isEmpty() || bare.length() > MAX_TYPE_LENGTH ? UNKNOWN_TYPE : bare;
    }

    /** How many bytes its server says that it has; 0 if it does not say. */
    public long declaredBytes() {
        var length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /** {@code ETag} or {@code Last-Modified}, as sent; null if it is not there or over-long. */
    public @Nullable String validator(CharSequence header) {
        var value = response.getHeader(header);
        return value == null || value.isBlank() || value.length() > MAX_VALIDATOR_LENGTH
                ? null
                : value;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        var from = current();
        if (from == null) {
            return -1;
        }
        var n = Math.min(length, from.length() - at);
        from.getBytes(at, at + n, into, offset);
        at += n;
        if (at == from.length()) {
            chunk = null;
        }
        return n;
    }

    /** The rest of a chunk, or the next one; null at the end. */
    private @Nullable Buffer current() throws IOException {
        while (chunk == null || chunk.length() == 0) {
            if (hasEnded) {
                return null;
            }
            switch (next()) {
                case Piece.Chunk(var bytes) -> take(bytes);
                case Piece.End(var isWhole) -> {
                    if (!isWhole) {
                        throw new IOException("the answer cannot be read");
                    }
                    hasEnded = true;
                }
            }
        }
        return chunk;
    }

    private void take(Buffer bytes) throws IOException {
        pace.arrived(bytes.length());
        size += bytes.length();
        if (size > bounds.maxBytes) {
            throw bounds.tooLarge();
        }
        chunk = bytes;
        at = 0;
        if (waiting.decrementAndGet() == WINDOW / 2) { // each time after it was held
            context.runOnContext(_ -> intake.goOn());
        }
    }

    private Piece next() throws IOException {
        var left = Duration.between(bounds.clock.instant(), bounds.until);
        if (!left.isPositive()) {
            throw new IOException("the answer cannot be read in time");
        }
        var most = left.compareTo(bounds.patience) < 0 ? left : bounds.patience;
        var begun = System.nanoTime();
        try {
            var piece =
                    pieces.poll(Math.min(most.toNanos(), pace.nanosLeft()), TimeUnit.NANOSECONDS);
            pace.waited(System.nanoTime() - begun);
            if (piece == null) {
                throw new IOException(
                        pace.nanosLeft() > 0
                                ? "the answer cannot be read in time"
                                : "the answer " + pace.fault());
            }
            return piece;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an answer was read");
        }
    }

    /** Ends the connection, whatever still comes. */
    @Override
    public void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }
}
