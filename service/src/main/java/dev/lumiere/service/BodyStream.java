package dev.lumiere.service;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it arrives, for a thread that may wait. The event loop puts chunks in, and
 * lets the client wait while {@value #MAX_WAITING_BYTES} bytes are not read.
 *
 * <p>Reading ends with {@link Problem.Refused}, 413 over its bound of bytes and 408 when too little
 * arrives for too long, or with an {@link EOFException} when the client goes away.
 */
public final class BodyStream extends InputStream {
    /** Over it the client waits; one chunk more may be on the way. */
    static final int MAX_WAITING_BYTES = 256 << 10;

    private static final long LINGER_MILLIS = 500;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Buffer> chunks = new ArrayDeque<>();
    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final long maxBytes;
    private final Pace pace;
    private int at;
    private int waiting;
    private int mostWaiting;
    private long arrived;
    private boolean isPaused;
    private boolean hasEnded;
    private boolean isClosed;
    private boolean isBroken;

    /**
     * Begins to take the body in; on the request's event loop.
     *
     * @param maxBytes of the whole body
     * @param patience how long nothing may arrive, or next to nothing
     * @throws Problem.Refused 413 if it says that it is longer
     */
    BodyStream(Vertx vertx, HttpServerRequest request, long maxBytes, Duration patience) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.maxBytes = maxBytes;
        pace = new Pace(patience);
        if (length() > maxBytes) {
            throw tooLarge();
        }
        request.exceptionHandler(_ -> ended(true));
        request.endHandler(_ -> ended(false));
        request.handler(this::arrived);
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            var _ = request.response().writeContinue();
        }
    }

    /** How long it says it is; -1 if it does not. */
    public long length() {
        var told = request.getHeader("Content-Length");
        return told == null ? -1 : Long.parseLong(told);
    }

    /** The most bytes that ever waited to be read. */
    int mostWaiting() {
        lock.lock();
        try {
            return mostWaiting;
        } finally {
            lock.unlock();
        }
    }

    private void arrived(Buffer chunk) {
        lock.lock();
        try {
            arrived += chunk.length();
            if (isClosed || chunk.length() == 0) {
                return;
            }
            chunks.add(chunk);
            pace.arrived(chunk.length());
            waiting += chunk.length();
            mostWaiting = Math.max(mostWaiting, waiting);
            if (waiting > MAX_WAITING_BYTES && !isPaused) {
                isPaused = true;
                request.pause();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void ended(boolean broken) {
        lock.lock();
        try {
            isBroken |= broken && !hasEnded;
            hasEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            var chunk = next();
            if (chunk == null) {
                return -1;
            }
            var n = Math.min(length, chunk.length() - at);
            chunk.getBytes(at, at + n, into, offset);
            at += n;
            waiting -= n;
            if (at == chunk.length()) {
                chunks.remove();
                at = 0;
            }
            if (isPaused && waiting <= MAX_WAITING_BYTES / 2) {
                goOn();
            }
            return n;
        } finally {
            lock.unlock();
        }
    }

    /** Null at the end. */
    private @Nullable Buffer next() throws IOException {
        while (chunks.isEmpty() && !hasEnded) {
            if (isClosed) {
                throw new IOException("closed");
            }
            if (pace.nanosLeft() <= 0) {
                throw pace.tooSlow().refused();
            }
            var begun = System.nanoTime();
            try {
                var _ = changed.awaitNanos(pace.nanosLeft());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a body was read");
            }
            pace.waited(System.nanoTime() - begun);
        }
        if (arrived > maxBytes) {
            throw tooLarge();
        }
        if (isBroken) {
            throw new EOFException("the client went away");
        }
        return chunks.peek();
    }

    private void goOn() {
        isPaused = false;
        context.runOnContext(_ -> request.resume());
    }

    /** What still arrives is dropped, and soon the connection where the body does not end. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            chunks.clear();
            waiting = 0;
            if (!hasEnded) {
                goOn();
                vertx.setTimer(LINGER_MILLIS, _ -> closeUnlessEnded());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void closeUnlessEnded() {
        lock.lock();
        try {
            if (!hasEnded) {
                var _ = request.connection().close();
            }
        } finally {
            lock.unlock();
        }
    }

    private Problem.Refused tooLarge() {
        return Problem.of(413, "the body is over " + maxBytes + " bytes").refused();
    }
}
