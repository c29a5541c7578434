package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.view.UnusableViewException;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.file.FileTree;
import dev.lumiere.storage.catalog.CatalogIndex.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of the catalog that this node has, a view each. One that it need not have any more
 * it keeps for {@link #GRACE}, so that it can be asked until others are ready, and nothing is lost
 * by a node that is away for a moment. One thread changes them; others look.
 */
final class HeldPartitions implements AutoCloseable {
    static final Duration GRACE = Duration.ofMinutes(10);
    private static final Duration TRIED_EACH = Duration.ofSeconds(30);
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(HeldPartitions.class);

    private final Path folder;
    private final EventLog log;
    private final CatalogLayout.Seeding seeding;
    private final InstantSource clock;
    private final ConcurrentSkipListMap<Integer, Held> held = new ConcurrentSkipListMap<>();
    private boolean closed;

    /** One of them. */
    private static final class Held {
        private final Part part;

        /** What it must have taken in before it is read. */
        private final PositionVector begin;

        private volatile boolean isFolded;
        private @Nullable Instant unwantedSince;
        private Instant nextTry = Instant.MIN;

        Held(Part part, PositionVector begin) {
            this.part = part;
            this.begin = begin;
        }

        /** After a stop, now and then: what was in the way, as a full disk, may be gone. */
        void goOn(Instant now) throws InterruptedException {
            if (part.view().stopped() != null && !now.isBefore(nextTry)) {
                nextTry = now.plus(TRIED_EACH);
                part.view().resume();
            }
        }

        boolean isReady() throws InterruptedException {
            isFolded |= part.view().waitFor(begin, Duration.ZERO);
            return isFolded && part.view().stopped() == null;
        }
    }

    /**
     * None yet; those that this node had before come with the first {@link #adjust}.
     *
     * @param folder of their views, a folder each, and of nothing else
     */
    HeldPartitions(Path folder, EventLog log, CatalogLayout.Seeding seeding, InstantSource clock) {
        this.folder = folder;
        this.log = log;
        this.seeding = seeding;
        this.clock = clock;
    }

    /** One that can be read; null if it is not here, or not yet. */
    @Nullable Part ready(int partition) {
        var there = held.get(partition);
        try {
            return there != null && there.isReady() ? there.part : null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** All that can be read. */
    List<Part> ready() {
        return held.keySet().stream().map(this::ready).filter(part -> part != null).toList();
    }

    /** Of all that are here. */
    List<View> views() {
        return held.values().stream().map(each -> each.part.view()).toList();
    }

    /**
     * Takes what is wanted and not here, and gives up what was not wanted for too long. Where
     * something fails it is tried at the next call.
     */
    void adjust(Set<Integer> wanted) throws InterruptedException {
        for (var partition = 0; partition < log.partitions(); partition++) {
            try {
                if (wanted.contains(partition)) {
                    want(partition);
                } else {
                    doWithout(partition);
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("partition {} of the catalog: {}", partition, String.valueOf(e));
            }
        }
    }

    private void want(int partition) throws IOException, InterruptedException {
        var there = held.get(partition);
        if (there != null) {
            there.unwantedSince = null;
            there.goOn(clock.instant());
            return;
        }
        take(partition);
    }

    private void take(int partition) throws IOException, InterruptedException {
        var projection = CatalogProjection.of(partition);
        if (!log.catchUp(CAUGHT_UP_WITHIN)) {
            throw new IOException("the log is behind");
        }
        var begin = log.end();
        var view = open(partition, projection);
        synchronized (this) {
            if (!closed) {
                held.put(partition, new Held(new Part(projection, view), begin));
                LOG.info("takes partition {} of the catalog", partition);
                return;
            }
        }
        view.close();
    }

    private View open(int partition, CatalogProjection projection)
            throws IOException, InterruptedException {
        var views = folder(partition);
        try {
            seeding.seed(views, projection);
            View.discardOlder(views, projection);
            return View.open(views, log, projection);
        } catch (UnusableViewException e) {
            LOG.warn("partition {} of the catalog is folded anew", partition, e);
            FileTree.discard(views);
            return View.open(views, log, projection);
        }
    }

    private void doWithout(int partition) throws IOException, InterruptedException {
        var there = held.get(partition);
        if (there == null) {
            if (!Files.exists(folder(partition))) {
                return;
            }
            take(partition); // it had that before it was stopped
            there = held.get(partition);
        }
        if (there == null) {
            return;
        }
        var since = there.unwantedSince;
        if (since == null) {
            there.unwantedSince = clock.instant();
        } else if (clock.instant().isAfter(since.plus(GRACE))) {
            held.remove(partition);
            there.part.view().close();
            FileTree.discard(folder(partition));
            LOG.info("gives up partition {} of the catalog", partition);
        }
    }

    private Path folder(int partition) {
        return folder.resolve(Integer.toString(partition));
    }

    @Override
    public synchronized void close() {
        closed = true;
        held.values().forEach(each -> each.part.view().close());
        held.clear();
    }
}
