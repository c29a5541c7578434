package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Index;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the catalog's own times and interrupted changes leave to do; each node may do it, of what it
 * has. For one thread.
 */
public final class CatalogUpkeep {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(CatalogUpkeep.class);

    private final Catalog catalog;
    private final InstantSource clock;

    /** The last half of a move that was looked at; empty for none. */
    private String after = "";

    public CatalogUpkeep(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Deletes what was moved away by somebody who did not come to delete it. The next call goes on
     * where this one ends, and after the last with the first again.
     *
     * @param max how many are looked at, at most
     */
    public void finishMoves(int max) {
        MoveIndex.Page page;
        try {
            page =
                    catalog.index()
                            .common()
                            .view()
                            .read(index -> MoveIndex.begun(index, after, max));
        } catch (IOException e) {
            throw unreadable(e);
        }
        after = page.next(); // also if some cannot be finished now: others may be
        for (var move : page.begun()) {
            try {
                catalog.unlink(move.name(), move.version(), move.to());
            } catch (Problem.Refused e) {
                LOG.info("not now: the end of a move of {}: {}", move.name().key(), e.getMessage());
            }
        }
    }

    /**
     * Deletes what has expired.
     *
     * @param max how many at most of each view of this node
     */
    public void deleteExpired(int max) {
        due(
                ObjectIndex.EXPIRIES,
                max,
                name -> catalog.deleteIf(name.bucket(), name.key(), catalog::isExpired));
    }

    /**
     * Has objects go to the storage classes in which they are to be now.
     *
     * @param max how many at most of each view of this node
     */
    public void changeClasses(int max) {
        due(
                ObjectIndex.TRANSITIONS,
                max,
                name ->
                        catalog.changeIfThere(
                                name.bucket(),
                                name.key(),
                                there -> there.transitioned(clock.instant().getEpochSecond())));
    }

    /** Of a partition that takes no changes now nothing more is tried. */
    private void due(String what, int max, Consumer<ObjectName> work) {
        var away = new HashSet<Integer>();
        var now = ObjectIndex.timeKeys(what, clock.instant().getEpochSecond() + 1);
        for (var part : catalog.index().parts()) {
            List<Index.Entry> entries;
            try {
                entries = part.view().read(index -> index.scan(what, "", max));
            } catch (IOException e) {
                throw unreadable(e);
            }
            for (var entry : entries) {
                if (entry.key().compareTo(now) >= 0) {
                    break;
                }
                var name = ObjectName.parse(entry.key().substring(now.length()));
                var partition = catalog.partition(name);
                if (away.contains(partition)) {
                    continue;
                }
                try {
                    work.accept(name);
                } catch (Problem.Refused e) {
                    away.add(partition);
                    LOG.info("not now: what is due of {}: {}", name.key(), e.getMessage());
                }
            }
        }
    }

    private static Problem.Refused unreadable(IOException e) {
        return Problem.unavailable("the catalog cannot be read: " + e.getMessage(), RETRY_AFTER)
                .refused();
    }
}
