package dev.lumiere.api.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A body that is read no faster than a put policy allows. The thread that reads waits, so that no
 * more is taken from the connection, and the client waits too. One thread at a time.
 */
final class PacedBody extends InputStream {
    /** So much is read at once, and made up for when a wait took too long. */
    private static final Duration PORTION = Duration.ofMillis(100);

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final InputStream body;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private long bytesPerSecond;
    private long due;

    /** Waits; {@code Thread::sleep}, or a clock's hand in tests. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    PacedBody(InputStream body, LongSupplier nanoTime, Pause pause) {
        this.body = body;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** As fast as it comes, until there is a limit. */
    static PacedBody of(InputStream body) {
        return new PacedBody(body, System::nanoTime, Thread::sleep);
    }

    /**
     * From now on.
     *
     * @param bitsPerSecond 0 for no limit
     */
    void limit(long bitsPerSecond) {
        bytesPerSecond = bitsPerSecond / Byte.SIZE;
        due = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (bytesPerSecond == 0) {
            return body.read(into, offset, length);
        }
        awaitDue();
        var portion = Math.max(1, bytesPerSecond * PORTION.toNanos() / SECOND);
        var n = body.read(into, offset, (int) Math.min(length, portion));
        var earliest = nanoTime.getAsLong() - PORTION.toNanos();
        due = (due - earliest > 0 ? due : earliest) + Math.max(0, n) * SECOND / bytesPerSecond;
        return n;
    }

    private void awaitDue() throws IOException {
        var early = due - nanoTime.getAsLong();
        if (early <= 0) {
            return;
        }
        try {
            pause.of(Duration.ofNanos(early));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a body was read");
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
