package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.NotOwnerException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeks a node's share of the partitions and keeps it: one thread looks at all rows again and
 * again, tells how far others have come, says that the node lives, takes what is free as long as
 * the node has less than its share, and gives back what is over it. A node that is slow, or away,
 * loses what it has; the epoch sees to it that it writes nothing after that.
 */
final class Ownership implements AutoCloseable {
    private static final int RENEWALS = 3; // in the time of a lease
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    private final Owners owners;
    private final PostgresLogConfig config;
    private final Candidate candidate;
    private final Making making;
    private final UUID node = UUID.randomUUID();
    private final AtomicReferenceArray<Owners.@Nullable Row> seen;
    private final Map<Integer, Held> held = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private boolean closed;
    private int share = 1;
    private long renewed;
    private boolean failing;

    /** Writes batches, with one epoch. */
    interface Writing {
        void write(List<Event> batch) throws IOException;
    }

    /** Makes what writes. */
    interface Making {
        Writing with(int partition, long epoch);
    }

    /** A partition that this node has. */
    private final class Held implements Claim {
        private final int partition;
        private final long epoch;
        private final Writing writing;

        private Held(int partition, long epoch) {
            this.partition = partition;
            this.epoch = epoch;
            writing = making.with(partition, epoch);
        }

        @Override
        public List<Integer> partitions() {
            return List.of(partition);
        }

        @Override
        public void write(List<Event> batch) throws IOException {
            writing.write(batch);
        }

        @Override
        public void confirm() throws IOException {
            try {
                if (!owners.has(node, partition, epoch)) {
                    throw new NotOwnerException(
                            "partition %d was taken over after epoch %d"
                                    .formatted(partition, epoch));
                }
            } catch (SQLException e) {
                throw new IOException("cannot look at " + config + ": " + e.getMessage(), e);
            }
        }

        /** The row stays this node's, to be taken anew with the next look. */
        @Override
        public void release() {
            if (forget(this)) {
                candidate.lost(this, "given up");
            }
        }
    }

    Ownership(Owners owners, PostgresLogConfig config, Candidate candidate, Making making) {
        this.owners = owners;
        this.config = config;
        this.candidate = candidate;
        this.making = making;
        seen = new AtomicReferenceArray<>(config.partitions());
        thread = Thread.ofPlatform().name("log-postgres").daemon().unstarted(this::run);
    }

    /** Stands still, as a process that is stopped does; for tests. */
    void pauseForEver() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has looked once when this returns, if the database answers. */
    void start() {
        try {
            seek();
        } catch (IOException e) {
            failed(e);
        }
        thread.start();
    }

    /** The address of who has a partition, as it was when last looked at. */
    @Nullable String owner(int partition) {
        var row = seen.get(partition);
        return row == null ? null : row.address();
    }

    private void run() {
        while (pause()) {
            try {
                seek();
                failing = false;
            } catch (IOException e) {
                failed(e);
            } catch (RuntimeException e) {
                LOG.error("seeking partitions goes on after an error", e);
            }
        }
    }

    private void failed(IOException e) {
        if (!failing) {
            LOG.warn("the log's database does not answer: {}", e.getMessage());
        }
        failing = true;
    }

    private boolean pause() {
        lock.lock();
        try {
            var left = config.poll().toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException _) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void seek() throws IOException {
        if (renewed == 0 || System.nanoTime() - renewed > config.lease().toNanos() / RENEWALS) {
            renew();
        }
        var rows = look();
        take(rows);
    }

    /** All rows as they are, told to the candidate. */
    List<Owners.Row> look() throws IOException {
        try {
            var rows = owners.rows();
            for (var row : rows) {
                seen.set(row.partition(), row);
                candidate.moved(row.partition(), row.last());
            }
            return rows;
        } catch (SQLException e) {
            throw new IOException("cannot look at " + config + ": " + e.getMessage(), e);
        }
    }

    private void renew() throws IOException {
        try {
            var began = System.nanoTime();
            var live = owners.live(node);
            var rank = Math.max(0, live.indexOf(node));
            share =
                    config.partitions() / live.size()
                            + (rank < config.partitions() % live.size() ? 1 : 0);
            var kept = owners.renew(node);
            for (var mine : all()) {
                if (!kept.contains(mine.partition) && forget(mine)) {
                    candidate.lost(mine, "another node has it");
                }
            }
            var over = all();
            over.subList(0, Math.min(share, over.size())).clear();
            for (var mine : over) {
                mine.release();
                owners.giveBack(node, mine.partition, mine.epoch);
            }
            renewed = began;
        } catch (SQLException e) {
            throw new IOException("cannot renew leases in " + config + ": " + e.getMessage(), e);
        }
    }

    private void take(List<Owners.Row> rows) throws IOException {
        for (var row : rows) {
            var mine = holds(row.partition());
            if (mine != null && (row.epoch() > mine.epoch || !node.equals(row.node()))) {
                if (forget(mine)) {
                    candidate.lost(mine, "another node has it");
                }
            } else if (mine == null
                    && (row.node() == null || node.equals(row.node()))
                    && all().size() < share) {
                take(row.partition());
            }
        }
    }

    private void take(int partition) throws IOException {
        try {
            var epoch = owners.take(node, candidate.address(), partition);
            if (epoch.isEmpty()) {
                return;
            }
            var mine = new Held(partition, epoch.getAsLong());
            if (!remember(mine)) {
                return; // this is being closed
            }
            LOG.info("has partition {} with epoch {}", partition, mine.epoch);
            var isUsed = false;
            try {
                candidate.granted(mine);
                isUsed = true;
            } finally {
                if (!isUsed) {
                    forget(mine); // to be taken anew
                }
            }
        } catch (SQLException e) {
            throw new IOException("cannot take a partition of " + config, e);
        }
    }

    private List<Held> all() {
        lock.lock();
        try {
            return new ArrayList<>(held.values());
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Held holds(int partition) {
        lock.lock();
        try {
            return held.get(partition);
        } finally {
            lock.unlock();
        }
    }

    private boolean remember(Held mine) {
        lock.lock();
        try {
            return !closed && held.putIfAbsent(mine.partition, mine) == null;
        } finally {
            lock.unlock();
        }
    }

    private boolean forget(Held mine) {
        lock.lock();
        try {
            return held.remove(mine.partition, mine);
        } finally {
            lock.unlock();
        }
    }

    /** Gives all back, so that nobody waits for a lease. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        all().forEach(Held::release);
        try {
            owners.leave(node);
        } catch (SQLException e) {
            LOG.warn("what this node has is free after its lease: {}", e.getMessage());
        }
    }
}
