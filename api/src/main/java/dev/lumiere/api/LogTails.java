package dev.lumiere.api;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/** All who follow the log over HTTP, at most {@value #MAX_TAILS}. */
final class LogTails implements AutoCloseable {
    private static final int MAX_TAILS = 32;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final EventLog log;
    private final Semaphore places = new Semaphore(MAX_TAILS);
    private final Set<LogTail> tails = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LogTails(EventLog log) {
        this.log = log;
    }

    /** Answers until the client goes, or this is closed. */
    void follow(Exchange exchange) throws InterruptedException {
        var request = exchange.request();
        var query = LogQuery.of(request, Set.of("after", "partition", "category"));
        var partition = query.number("partition", -1, 0, log.partitions() - 1L);
        var resumed = request.getHeader("Last-Event-ID");
        var after =
                LogQuery.refusing(() -> {
                    var text = resumed == null ? query.text("after") : resumed;
                    return text == null || text.equals("end")
                            ? log.end()
                            : text.equals("start")
                                    ? PositionVector.start(log.partitions())
                                    : PositionVector.parse(text);
                });
        var partitions =
                partition < 0
                        ? IntStream.range(0, log.partitions()).boxed().toList()
                        : List.of((int) partition);
        var subscription = LogQuery.refusing(() -> log.subscribe(after, partitions));
        if (!places.tryAcquire()) {
            throw Problem.unavailable("%d follow already".formatted(MAX_TAILS), RETRY_AFTER)
                    .refused();
        }
        var tail = new LogTail(log, subscription, query.text("category"), exchange.response());
        tails.add(tail);
        try {
            if (closed) {
                throw Problem.unavailable("the node stops", RETRY_AFTER).refused();
            }
            tail.run();
        } finally {
            tails.remove(tail);
            places.release();
        }
    }

    int count() {
        return tails.size();
    }

    long lag() {
        return tails.stream().mapToLong(LogTail::lag).max().orElse(0);
    }

    @Override
    public void close() {
        closed = true;
        tails.forEach(LogTail::close);
    }
}
