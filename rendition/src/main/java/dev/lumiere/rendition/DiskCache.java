package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results on disk, within a bound of bytes. One thread writes what is kept, later; where too much
 * waits for it, or the disk is full, a result is not kept, and nobody else is told.
 *
 * <p>Which files there are is known in memory. At a start another thread looks; until it has, a
 * file that is not known yet is looked for. A body that was written before the start is checked at
 * its first use.
 */
final class DiskCache implements AutoCloseable {
    static final int MAX_QUEUED = 1024;
    static final long MAX_QUEUED_BYTES = 32L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);
    private static final Duration LOG_PAUSE = Duration.ofMinutes(1);
    private static final Duration MAX_FLUSH = Duration.ofSeconds(5);

    /** What a file system gives out, so what a small file takes. */
    private static final int BLOCK_BYTES = 4096;

    private final CacheFiles files;
    private final long maxBytes;
    private final InstantSource clock;
    private final Cache<Key, Entry> index;
    private final ConcurrentHashMap<Key, Rendition> underWay = new ConcurrentHashMap<>();
    private final AtomicLong underWayBytes = new AtomicLong();
    private final ThreadPoolExecutor writer;
    private final Thread scanner;
    private final CountDownLatch scanned = new CountDownLatch(1);
    private final LongAdder evictions = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder corrupt = new LongAdder();
    private volatile Instant nextLog = Instant.MIN;

    /** One file; another file of the same key is another entry. */
    private static final class Entry {
        private final long bytes;
        private volatile boolean verified;

        private Entry(long bytes, boolean verified) {
            this.bytes = bytes;
            this.verified = verified;
        }

        private int blocks() {
            return (int) ((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
        }
    }

    /**
     * Begins to look what there is.
     *
     * @throws UncheckedIOException if the folder cannot be written
     */
    DiskCache(Path folder, long maxBytes, InstantSource clock) {
        try {
            files = new CacheFiles(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("no results can be kept in " + folder, e);
        }
        this.maxBytes = maxBytes;
        this.clock = clock;
        index =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes / BLOCK_BYTES)
                        .weigher((Key _, Entry entry) -> entry.blocks())
                        .evictionListener(
                                (@Nullable Key key, @Nullable Entry _, RemovalCause _) -> {
                                    evictions.increment();
                                    if (key != null) {
                                        files.delete(key);
                                    }
                                })
                        .executor(Runnable::run)
                        .build();
        writer =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MAX_QUEUED),
                        Thread.ofPlatform().daemon().name("rendition-writer").factory());
        scanner = Thread.ofPlatform().daemon().name("rendition-scanner").start(this::scan);
    }

    /** What has not been written yet; never waits. */
    @Nullable Rendition underWay(Key key) {
        return underWay.get(key);
    }

    /** Looks on the disk; a small body is read into memory. */
    @Nullable Rendition find(Key key) {
        var waiting = underWay.get(key);
        if (waiting != null) {
            return waiting;
        }
        var entry = scanned.getCount() == 0 ? index.getIfPresent(key) : adopt(key);
        if (entry == null) {
            return null;
        }
        try {
            return switch (files.read(key, !entry.verified)) {
                case CacheFiles.Reading.Whole(var rendition) -> {
                    entry.verified = true;
                    yield rendition;
                }
                case CacheFiles.Reading.Corrupt _ -> {
                    corrupt.increment();
                    log("a kept result is damaged and made again", key, null);
                    drop(key, entry);
                    yield null;
                }
                case CacheFiles.Reading.Gone _ -> {
                    drop(key, entry);
                    yield null;
                }
            };
        } catch (ClosedByInterruptException _) {
            return null; // nobody waits any more
        } catch (IOException e) {
            failed.increment();
            log("a kept result cannot be read", key, e);
            return null;
        }
    }

    /** Has it written; if too much waits to be written, not. */
    void keep(Key key, Rendition rendition) {
        var bytes = rendition.length();
        if (!(rendition.body() instanceof Body.InMemory body)
                || bytes > maxBytes
                || underWay.putIfAbsent(key, rendition) != null) {
            return;
        }
        if (underWayBytes.addAndGet(bytes) > Math.max(MAX_QUEUED_BYTES, bytes)) {
            drop(key, bytes);
            return;
        }
        try {
            writer.execute(() -> write(key, rendition, body));
        } catch (RejectedExecutionException _) {
            drop(key, bytes);
        }
    }

    void awaitScanned() throws InterruptedException {
        scanned.await();
    }

    /** What the files take of the disk, in bytes. */
    long bytes() {
        return index.policy().eviction().orElseThrow().weightedSize().orElse(0) * BLOCK_BYTES;
    }

    long entries() {
        return index.estimatedSize();
    }

    long evictions() {
        return evictions.sum();
    }

    /** How many were not written because too many waited for it. */
    long dropped() {
        return dropped.sum();
    }

    /** How often the disk failed, or was full. */
    long failed() {
        return failed.sum();
    }

    /** How many damaged files were found. */
    long corrupt() {
        return corrupt.sum();
    }

    /** How many wait to be written, or are being written. */
    int queued() {
        return underWay.size();
    }

    /** How many the writer has not begun with. */
    int waiting() {
        return writer.getQueue().size();
    }

    /** Writes what waits for it, unless that takes too long. */
    @Override
    public void close() {
        scanner.interrupt();
        writer.shutdown();
        try {
            if (!writer.awaitTermination(MAX_FLUSH.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("{} results were not kept: the disk is slow", underWay.size());
                writer.shutdownNow();
            }
        } catch (InterruptedException _) {
            writer.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void write(Key key, Rendition rendition, Body.InMemory body) {
        try {
            if (files.write(key, rendition, Bytes.view(body.bytes()))) {
                var entry = new Entry(body.length() + CacheFile.MAX_HEAD_BYTES, true);
                index.asMap().compute(key, (_, _) -> published(key, entry));
            }
        } catch (IOException | UncheckedIOException e) {
            failed.increment();
            log("a result cannot be kept", key, e);
        } finally {
            underWay.remove(key);
            underWayBytes.addAndGet(-body.length());
        }
    }

    /** Inside of the map, where no eviction can take the new file for the old. */
    private Entry published(Key key, Entry entry) {
        try {
            files.publish(key);
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void scan() {
        try {
            files.scan(this::adopt);
        } catch (IOException e) {
            failed.increment();
            LOG.error("the results on disk cannot be listed", e);
        } finally {
            scanned.countDown();
        }
    }

    /** The entry of a file that may not be known yet. */
    private @Nullable Entry adopt(Key key) {
        return index.asMap().computeIfAbsent(key, this::found);
    }

    private @Nullable Entry found(Key key) {
        var size = files.size(key);
        return size < 0 ? null : new Entry(size, false);
    }

    private void drop(Key key, Entry entry) {
        index.asMap()
                .computeIfPresent(
                        key,
                        (_, current) -> {
                            if (!current.equals(entry)) {
                                return current;
                            }
                            files.delete(key);
                            return null;
                        });
    }

    private void drop(Key key, long bytes) {
        dropped.increment();
        underWay.remove(key);
        underWayBytes.addAndGet(-bytes);
    }

    /** At most one line in a while. */
    private void log(String what, Key key, @Nullable Exception cause) {
        var now = clock.instant();
        if (now.isBefore(nextLog)) {
            return;
        }
        nextLog = now.plus(LOG_PAUSE);
        LOG.atWarn().addKeyValue("key", key).setCause(cause).log(what);
    }
}
