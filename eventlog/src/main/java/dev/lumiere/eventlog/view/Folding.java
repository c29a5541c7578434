package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what the log has into an index, and what comes, in a thread of its own, until it is closed
 * or an event cannot be taken in.
 */
final class Folding implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Folding.class);

    private final EventLog log;
    private final Projection projection;
    private final IndexStore store;
    private Thread thread;
    private volatile View.@Nullable Stop stop;
    private volatile boolean closed;

    /** Begins at once. */
    Folding(EventLog log, Projection projection, IndexStore store) {
        this.log = log;
        this.projection = projection;
        this.store = store;
        thread = follow();
    }

    private Thread follow() {
        return Thread.ofPlatform()
                .name("view-" + projection.name())
                .daemon()
                .start(this::takeInUntilClosed);
    }

    private void takeInUntilClosed() {
        try {
            var subscription = log.subscribe(store.taken().vector(), partitions());
            while (!closed && stop == null && !log.isClosed()) {
                var events = next(subscription);
                if (!events.isEmpty()) {
                    takeIn(events);
                }
            }
        } catch (IOException | RuntimeException | Error e) { // whatever it is, it is told
            stop(null, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it is closed
        }
    }

    private List<Integer> partitions() {
        return IntStream.range(0, log.partitions()).filter(projection::takes).boxed().toList();
    }

    /** None for now if the log cannot be reached; what is damaged does not heal. */
    private List<Event> next(Subscription subscription) throws IOException, InterruptedException {
        try {
            return subscription.next(PATIENCE);
        } catch (CorruptLogException e) {
            throw e;
        } catch (IOException e) {
            if (log.isClosed()) {
                throw e;
            }
            LOG.warn("view {} waits for the log: {}", projection.name(), e.getMessage());
            TimeUnit.NANOSECONDS.sleep(PATIENCE.toNanos());
            return List.of();
        }
    }

    /** Those of one partition, as far as they can be taken in. */
    private void takeIn(List<Event> events) throws IOException {
        var changes = new Changes();
        var index = store.with(changes);
        Event last = null;
        for (var event : events) {
            changes.beginEvent();
            try {
                projection.apply(event, index);
            } catch (IOException | RuntimeException | Error e) { // whatever it is, it is told
                changes.undoEvent();
                if (last != null) {
                    store.write(changes, last);
                }
                stop(event.place(), e);
                return;
            }
            last = event;
        }
        if (last != null) {
            store.write(changes, last);
        }
    }

    /** Unless that is only because it ends. */
    private void stop(Event.@Nullable Place at, Throwable cause) {
        if (!closed && !log.isClosed()) {
            LOG.error("view {} stops at {}", projection.name(), at, cause);
            stop = new View.Stop(at, store.taken().vector(), String.valueOf(cause.getMessage()));
        }
    }

    /** Why it does not go on any more; null while it does. */
    View.@Nullable Stop stopped() {
        return stop;
    }

    /** Goes on after a stop, with the event that could not be taken in; else nothing. */
    synchronized void resume() throws InterruptedException {
        if (stop == null || closed) {
            return;
        }
        thread.join();
        stop = null;
        thread = follow();
    }

    /** With what is being taken in. */
    @Override
    public synchronized void close() {
        closed = true;
        end(thread);
    }

    /** Interrupts what a thread waits for, and waits until it has ended. */
    static void end(Thread thread) {
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.interrupt();
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
