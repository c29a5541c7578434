package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.SourceFetch;
import dev.lumiere.storage.source.Wish;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches that nobody waits for, some at once. They are in memory only: a restart forgets them. */
final class FetchQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchQueue.class);
    private static final int MAX_WAITING = 1000;
    private static final int MAX_REMEMBERED = 10_000;
    private static final int WORKERS = 4;
    private static final int MAX_ATTEMPTS = 5;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final SourceFetch fetch;
    private final Supplier<UUID> ids;
    private final Queue<Job> waiting = new ArrayDeque<>();
    private final Map<UUID, Job> known = new LinkedHashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private final Set<Long> underWay = new HashSet<>();
    private long added;
    private long begun;

    /**
     * One of them.
     *
     * @param number in the order of coming
     * @param account who wants it
     */
    private record Job(long number, UUID id, String account, Wish wish) {}

    /**
     * Where one stands.
     *
     * @param ahead how many are before it; 0 if it is under way, -1 if it was tried
     */
    record Standing(UUID id, long ahead) {}

    FetchQueue(SourceFetch fetch, Supplier<UUID> ids) {
        this.fetch = fetch;
        this.ids = ids;
        for (var i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofVirtual().name("fetch-" + i).start(this::work));
        }
    }

    /**
     * Adds one.
     *
     * @throws Problem.Refused 503 if there are too many
     */
    synchronized Standing add(String account, Wish wish) {
        if (waiting.size() >= MAX_WAITING) {
            throw Problem.unavailable("too many fetches are waiting", RETRY_AFTER).refused();
        }
        var job = new Job(++added, ids.get(), account, wish);
        waiting.add(job);
        known.put(job.id(), job);
        if (known.size() > MAX_REMEMBERED) { // the eldest has ended long ago
            known.remove(known.keySet().iterator().next());
        }
        notifyAll();
        return standing(job);
    }

    /**
     * Where one stands.
     *
     * @throws Problem.Refused 612 if there is none of this account, or it was long ago
     */
    synchronized Standing find(String account, UUID id) {
        var job = known.get(id);
        if (job == null || !job.account().equals(account)) {
            throw Problem.of(612, "no such fetch: " + id).refused();
        }
        return standing(job);
    }

    private Standing standing(Job job) {
        var ahead =
                job.number() > begun
                        ? job.number() - begun
                        : underWay.contains(job.number()) ? 0 : -1;
        return new Standing(job.id(), ahead);
    }

    private void work() {
        try {
            while (true) {
                var job = next();
                try {
                    run(job);
                } finally {
                    ended(job);
                }
            }
        } catch (InterruptedException _) {
            // it is closed
        }
    }

    private synchronized Job next() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        var job = waiting.remove();
        begun = job.number();
        underWay.add(job.number());
        return job;
    }

    private synchronized void ended(Job job) {
        underWay.remove(job.number());
    }

    private void run(Job job) throws InterruptedException {
        for (var attempt = 1; ; attempt++) {
            try {
                fetch.run(job.wish());
                return;
            } catch (Problem.Refused e) {
                if (e.problem().status() != 503 || attempt == MAX_ATTEMPTS) {
                    failed(job, e);
                    return;
                }
                Thread.sleep(BETWEEN_ATTEMPTS);
            } catch (RuntimeException e) {
                failed(job, e);
                return;
            }
        }
    }

    /** Nobody is there to be told but who reads the log. */
    private static void failed(Job job, RuntimeException cause) {
        LOG.atWarn()
                .addKeyValue("id", job.id())
                .addKeyValue("bucket", job.wish().bucket())
                .addKeyValue("reason", cause.getMessage())
                .log("a fetch failed");
    }

    /** Forgets what waits, and waits within a bound for what is under way. */
    @Override
    public void close() {
        workers.forEach(Thread::interrupt);
        try {
            for (var worker : workers) {
                worker.join(DRAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
