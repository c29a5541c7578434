package dev.lumiere.rendition;

import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.run.Reducing;
import dev.lumiere.service.file.OpenFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Reduced versions of large sources, so that the second size of a picture costs a fraction of the
 * first: kept in memory of the system, sealed, the least recently used given up over a bound. A
 * source is decoded by one request at a time; who wants another size of it meanwhile waits for what
 * comes of that, unless that one is slow to write its result and this one is not: then both decode.
 *
 * <p>The first request for a source decodes no more than it needs, and keeps that. If others came
 * while it waited for its turn, or when one comes for which that is too small, the source is
 * decoded at half its size and all versions are made.
 */
final class Reductions implements AutoCloseable {
    private static final int MIN_SOURCE_BYTES = 128 << 10;
    private static final long MIN_COUNTED_BYTES = 256 << 10;

    private final InstantSource clock;
    private final Duration gathering;
    private final RecentlyUsed<Key, Versions> kept;
    private final ConcurrentHashMap<Key, Decode> decodes = new ConcurrentHashMap<>();
    private final LongAdder served = new LongAdder();
    private final LongAdder decoded = new LongAdder();
    private final LongAdder joined = new LongAdder();
    private final boolean off;

    /** Versions are read only by who may have made them. */
    private record Key(String version, String contentType, ServiceVersion maker) {}

    private record Versions(Map<Integer, OpenFile> byLevel) {
        /** Also of what the system has for an open file, of which a process has only so many. */
        private long bytes() {
            var pixels = byLevel.values().stream().mapToLong(OpenFile::size).sum();
            return Math.max(pixels, byLevel.size() * MIN_COUNTED_BYTES);
        }

        private @Nullable Map<Integer, OpenFile> copies() {
            var copies = new HashMap<Integer, OpenFile>();
            try {
                for (var version : byLevel.entrySet()) {
                    copies.put(version.getKey(), version.getValue().current());
                }
                return copies;
            } catch (IOException _) {
                copies.values().forEach(OpenFile::close);
                return null;
            }
        }

        private void close() {
            byLevel.values().forEach(OpenFile::close);
        }
    }

    private static final class Decode {
        private final boolean isSlow;
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        private final AtomicInteger joined = new AtomicInteger();

        private Decode(Plan plan) {
            isSlow = plan.pipeline().isSlowToWrite();
        }

        private boolean holdsUp(Decode other) {
            return isSlow && !other.isSlow;
        }
    }

    /** What a request does: to be ended, whatever comes of it. */
    final class Passage implements AutoCloseable {
        private final Key key;
        private final @Nullable Decode mine;
        private final boolean tooSmall;
        private final Reducing.@Nullable From from;
        private boolean keeps;

        private Passage(
                Key key, @Nullable Decode mine, boolean tooSmall, Reducing.@Nullable From from) {
            this.key = key;
            this.mine = mine;
            this.tooSmall = tooSmall;
            this.from = from;
        }

        /** As it is when the request's turn has come. */
        Reducing reducing() {
            if (from != null) {
                served.increment();
                return from;
            }
            if (mine == null) {
                return Reducing.NOT;
            }
            decoded.increment();
            return new Reducing.Making(tooSmall || mine.joined.get() > 0);
        }

        /** What was made; taken over. */
        void keep(Map<Integer, OpenFile> made) {
            if (made.isEmpty()) {
                return;
            }
            if (mine == null) {
                made.values().forEach(OpenFile::close);
                return;
            }
            keeps = true;
            Reductions.this.kept.put(key, new Versions(made));
        }

        /**
         * Others may go on; files that went along are closed, also if they were never used. Nothing
         * if it is closed.
         */
        @Override
        public void close() {
            if (from != null) {
                from.kept().values().forEach(OpenFile::close);
            }
            if (mine != null) {
                decodes.remove(key, mine);
                mine.ended.complete(keeps);
            }
        }
    }

    /**
     * Keeps nothing yet.
     *
     * @param maxBytes bound of what is kept; 0 switches all of it off
     * @param gathering how long the first request for a source waits for others, which costs
     *     nothing but that time
     */
    Reductions(long maxBytes, Duration gathering, InstantSource clock) {
        this.clock = clock;
        this.gathering = gathering;
        off = maxBytes == 0;
        kept = new RecentlyUsed<>(maxBytes, Versions::bytes, Versions::close);
    }

    /** Whether a plan's source may be replaced by versions of it. */
    boolean concern(Plan plan) {
        return !off && plan.isReducible() && plan.object().size() >= MIN_SOURCE_BYTES;
    }

    /**
     * The way for one request; waits for a decode of its source that is under way.
     *
     * @param tooSmall whether what is kept did not do
     */
    Passage board(Plan plan, boolean tooSmall, Instant deadline) throws InterruptedException {
        var key = new Key(plan.object().version(), plan.contentType(), plan.makers().getFirst());
        while (true) {
            var versions = tooSmall ? null : copies(key);
            if (versions != null) {
                return new Passage(key, null, false, new Reducing.From(versions));
            }
            var mine = new Decode(plan);
            var other =
                    decodes.merge(key, mine, (before, now) -> before.holdsUp(now) ? now : before);
            if (other.equals(mine)) {
                return gathered(key, mine, tooSmall);
            }
            other.joined.incrementAndGet();
            joined.increment();
            if (!awaitEnd(other, deadline)) {
                return plain(key);
            }
            tooSmall = false;
        }
    }

    /** Past all of this. */
    private Passage plain(Key key) {
        return new Passage(key, null, false, null);
    }

    private Passage gathered(Key key, Decode mine, boolean tooSmall) throws InterruptedException {
        var passage = new Passage(key, mine, tooSmall, null);
        if (!tooSmall && gathering.isPositive()) {
            try {
                Thread.sleep(gathering);
            } catch (InterruptedException e) {
                passage.close();
                throw e;
            }
        }
        return passage;
    }

    /** Whether versions are kept now. */
    private boolean awaitEnd(Decode decode, Instant deadline) throws InterruptedException {
        var left = Duration.between(clock.instant(), deadline);
        try {
            return decode.ended.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Of one request's own, since what is kept may be given up any time; null if there are none.
     */
    private @Nullable Map<Integer, OpenFile> copies(Key key) {
        return kept.use(key, Versions::copies);
    }

    long served() {
        return served.sum();
    }

    long decoded() {
        return decoded.sum();
    }

    long joined() {
        return joined.sum();
    }

    long evicted() {
        return kept.evicted();
    }

    long bytes() {
        return kept.bytes();
    }

    @Override
    public void close() {
        kept.clear();
    }
}
