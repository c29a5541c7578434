package dev.lumiere.service.limit;

import io.vertx.core.http.HttpConnection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections a server has, in all and from one address; those beyond are closed. */
public final class ConnectionLimit {
    private final int most;
    private final int mostPerAddress;
    private final Callers callers;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> openOf = new ConcurrentHashMap<>();

    /** As configured. */
    public ConnectionLimit(LimitsConfig config) {
        most = config.connections();
        mostPerAddress = config.connectionsPerAddress();
        callers = config.callers();
    }

    /**
     * Counts a connection until it ends.
     *
     * @return false if it is one too many, and closed
     */
    public boolean take(HttpConnection connection) {
        var peer = RateLimits.addressOf(connection.remoteAddress());
        var address =
                peer == null || mostPerAddress == 0 ? null : (Long) callers.of(peer, List.of());
        if (!begin(address)) {
            var _ = connection.close();
            return false;
        }
        connection.closeHandler(_ -> end(address));
        return true;
    }

    /** Whether there may be one more. */
    boolean begin(@Nullable Long address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        if (address != null && openOf.merge(address, 1, Integer::sum) > mostPerAddress) {
            end(address);
            return false;
        }
        return true;
    }

    void end(@Nullable Long address) {
        open.decrementAndGet();
        if (address != null) {
            openOf.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many there are. */
    public int open() {
        return open.get();
    }

    /** How many addresses they come from, where those are told apart. */
    int addresses() {
        return openOf.size();
    }
}
