package dev.lumiere.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory held by a look at it four times a second: what is found over its limit is killed. For
 * hosts whose control groups cannot be written; a fast writer can be over for that quarter second.
 */
final class WatchedMemory implements MemoryLimit {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedMemory.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final LongUnaryOperator residentBytes;
    private final ConcurrentHashMap<String, Watch> watches = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("memory-watch").factory());

    /**
     * Looks from now on.
     *
     * @param residentBytes of the process of that pid and all below it
     */
    WatchedMemory(LongUnaryOperator residentBytes) {
        this.residentBytes = residentBytes;
        var _ =
                looks.scheduleAtFixedRate(
                        this::look,
                        BETWEEN_LOOKS.toMillis(),
                        BETWEEN_LOOKS.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public String description() {
        return "resident memory watched";
    }

    @Override
    public Held hold(String instance, long maxBytes) {
        var watch = new Watch(instance, maxBytes);
        watches.put(instance, watch);
        return watch;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    void look() {
        watches.values().forEach(Watch::look);
    }

    private final class Watch implements Held {
        private final String instance;
        private final long maxBytes;
        private volatile long pid;
        private volatile boolean exceeded;

        Watch(String instance, long maxBytes) {
            this.instance = instance;
            this.maxBytes = maxBytes;
        }

        @Override
        public List<Path> join() {
            return List.of();
        }

        @Override
        public void started(long started) {
            pid = started;
        }

        @Override
        public boolean exceeded() {
            return exceeded;
        }

        @Override
        public void end() {
            watches.remove(instance);
            pid = 0;
        }

        private void look() {
            var watched = pid;
            if (watched == 0) {
                return;
            }
            var bytes = residentBytes.applyAsLong(watched);
            if (bytes > maxBytes) {
                exceeded = true;
                LOG.warn("instance={} killed at {} bytes, limit={}", instance, bytes, maxBytes);
                ProcessTree.kill(watched);
            }
        }
    }
}
