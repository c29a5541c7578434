package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Candidate;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeks leases of a node's share of the partitions and renews them: one thread looks at all rows
 * again and again, tells how far others have come, says that the node lives, takes what is free as
 * long as the node has less than its share, and gives back what is over it. A node that is slow, or
 * away, loses what it has; the epoch sees to it that it writes nothing after that.
 */
final class LeaseHolder implements AutoCloseable {
    private static final int RENEWALS = 3; // in the time of a lease
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseHolder.class);

    private final LeaseTable table;
    private final ConnectionPool connections;
    private final PostgresLogConfig config;
    private final Candidate candidate;
    private final Appender appender;
    private final UUID node = UUID.randomUUID();
    private final Neighbours neighbours;
    private final AtomicReferenceArray<LeaseTable.@Nullable Row> seen;
    private final Map<Integer, Lease> leases = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private boolean closed;

    /** What follows is the thread's alone, or of who starts it. */
    private int share = 1;

    private long renewed;
    private boolean failing;

    /**
     * Has none yet.
     *
     * @param connections for leases alone, so that nobody keeps them from being renewed
     */
    LeaseHolder(
            ConnectionPool connections,
            PostgresLogConfig config,
            Candidate candidate,
            Appender appender) {
        this.connections = connections;
        this.config = config;
        this.candidate = candidate;
        this.appender = appender;
        table = new LeaseTable(connections, config);
        neighbours = new Neighbours(node, candidate.address());
        seen = new AtomicReferenceArray<>(config.partitions());
        thread = Thread.ofPlatform().name("log-leases").daemon().unstarted(this::run);
    }

    /**
     * Has looked once when this returns, if the database answers. Where a node has the same
     * address, it waits until that has said again that it lives, or its lease has ended.
     *
     * @throws IOException if another node that lives has the same address
     */
    void start() throws IOException {
        try {
            if (awaitElder() == Neighbours.Elder.LIVES) {
                throw new AddressTakenException(
                        "another node that shares %s publishes the address %s: give each node its own log.address"
                                .formatted(config, candidate.address()));
            }
            seek();
        } catch (AddressTakenException e) {
            throw e;
        } catch (IOException | SQLException e) {
            failed(e);
        }
        thread.start();
    }

    private Neighbours.Elder awaitElder() throws SQLException {
        var elder = neighbours.elder(table.living());
        while (elder == Neighbours.Elder.UNCERTAIN && pause(config.lease().dividedBy(10))) {
            elder = neighbours.elder(table.living());
        }
        return elder;
    }

    /** The address of who has a partition, as it was when last looked at. */
    @Nullable String owner(int partition) {
        var row = seen.get(partition);
        return row == null ? null : row.address();
    }

    private void run() {
        while (pause(config.poll())) {
            try {
                seek();
                if (failing) {
                    LOG.info("leases of partitions are sought again");
                }
                failing = false;
            } catch (IOException | SQLException e) {
                failed(e);
            } catch (RuntimeException e) {
                LOG.error("seeking leases goes on after an error", e);
            }
        }
    }

    private void failed(Exception e) {
        if (!failing) {
            var reason = e instanceof SQLException sql ? connections.failure("ask", sql) : e;
            LOG.warn("no leases of partitions meanwhile: {}", reason.getMessage());
        }
        failing = true;
    }

    /** Whether to go on. */
    private boolean pause(Duration time) {
        lock.lock();
        try {
            var left = time.toNanos();
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

    private void seek() throws IOException, SQLException {
        if (renewed == 0 || System.nanoTime() - renewed > config.lease().toNanos() / RENEWALS) {
            renew();
        }
        take(look(table));
    }

    /** All rows as they are, told to the candidate. */
    List<LeaseTable.Row> look(LeaseTable through) throws SQLException {
        var rows = through.partitions();
        for (var row : rows) {
            seen.set(row.partition(), row);
            candidate.moved(row.partition(), row.last());
        }
        return rows;
    }

    private void renew() throws SQLException {
        var began = System.nanoTime();
        var living = table.live(node, candidate.address());
        neighbours.complaints(living).forEach(each -> LOG.warn("{}", each));
        share = share(living.stream().map(LeaseTable.Node::id).toList());
        var kept = table.renew(node);
        for (var mine : leases.values()) {
            if (!kept.contains(mine.partition()) && forget(mine)) {
                candidate.lost(mine, "another node has it");
            }
        }
        var over = new ArrayList<>(leases.values());
        over.subList(0, Math.min(share, over.size())).clear();
        over.forEach(Lease::release); // and given back with the next look
        renewed = began;
    }

    private int share(List<UUID> living) {
        var rank = Math.max(0, living.indexOf(node));
        var all = Math.max(1, living.size());
        return config.partitions() / all + (rank < config.partitions() % all ? 1 : 0);
    }

    private void take(List<LeaseTable.Row> rows) throws IOException, SQLException {
        for (var row : rows) {
            var mine = leases.get(row.partition());
            if (mine != null) {
                if (row.epoch() != mine.epoch() && forget(mine)) {
                    candidate.lost(mine, "another node has it");
                }
            } else if (leases.size() < share) {
                if (row.node() == null || node.equals(row.node())) {
                    take(row.partition());
                }
            } else if (node.equals(row.node())) {
                table.giveBack(node, row.partition(), row.epoch());
            }
        }
    }

    private void take(int partition) throws IOException, SQLException {
        var epoch = table.take(node, candidate.address(), partition);
        if (epoch.isEmpty()) {
            return;
        }
        var mine = new Lease(partition, epoch.getAsLong(), appender, this::release);
        leases.put(partition, mine);
        LOG.info("has partition {} with epoch {}", partition, mine.epoch());
        var isUsed = false;
        try {
            candidate.granted(mine);
            isUsed = true;
        } finally {
            if (!isUsed) {
                forget(mine); // to be taken anew
            }
        }
    }

    /** The row stays this node's, to be taken anew with the next look. */
    private void release(Lease mine) {
        if (forget(mine)) {
            candidate.lost(mine, "given up");
        }
    }

    private boolean forget(Lease mine) {
        return leases.remove(mine.partition(), mine);
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
            thread.join(ENDS_WITHIN.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        leases.values().forEach(Lease::release);
        try {
            table.leave(node);
        } catch (SQLException e) {
            LOG.warn(
                    "what this node has is free after its lease: {}",
                    connections.failure("reach", e).getMessage());
        }
    }
}
