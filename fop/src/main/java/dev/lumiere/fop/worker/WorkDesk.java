package dev.lumiere.fop.worker;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in work: so much at once and no more, each piece on a platform thread of its own, and none
 * much longer than its deadline.
 */
final class WorkDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** What the process says when it ended itself. */
    static final int HALTED = 70;

    private final AtomicInteger accepted = new AtomicInteger();
    private final ThreadPoolExecutor slots;
    private final Watchdog watchdog;
    final WorkerConfig config;
    final WorkHandler handler;
    final @Nullable SourceClient sources;
    final InstantSource clock;
    private final IntConsumer halt;

    WorkDesk(
            WorkerConfig config,
            WorkHandler handler,
            @Nullable SourceClient sources,
            InstantSource clock,
            IntConsumer halt) {
        this.config = config;
        this.handler = handler;
        this.sources = sources;
        this.clock = clock;
        this.halt = halt;
        watchdog = new Watchdog(clock);
        // The queue is bounded by what accept() lets in.
        slots =
                new ThreadPoolExecutor(
                        config.concurrency(),
                        config.concurrency(),
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("work-", 0).factory());
    }

    /** {@code POST /handler}, on the event loop. */
    void accept(Exchange exchange) {
        if (accepted.incrementAndGet() > config.concurrency() + config.queue()) {
            accepted.decrementAndGet();
            throw Problem.unavailable("all slots are taken", RETRY_AFTER).refused();
        }
        WorkOrder order;
        try {
            order = WorkOrder.read(exchange, config.defaultTime(), sources != null);
        } catch (RuntimeException e) {
            accepted.decrementAndGet();
            throw e;
        }
        new WorkTask(this, exchange, order).begin();
    }

    Watchdog watchdog() {
        return watchdog;
    }

    void submit(WorkTask task) {
        slots.execute(task);
    }

    /** Whether the task was still waiting, and now never runs. */
    boolean withdraw(WorkTask task) {
        return slots.remove(task);
    }

    void ended() {
        accepted.decrementAndGet();
    }

    /** Accepted requests per slot; over 1 when some wait. */
    double utilization() {
        return (double) accepted.get() / config.concurrency();
    }

    /** Nothing in this process can be trusted to end the work that does not end. */
    void halt(String why, String traceId) {
        LOG.atError().addKeyValue("trace", traceId).log("{}: the process halts", why);
        halt.accept(HALTED);
    }

    @Override
    public void close() {
        slots.shutdown();
        watchdog.close();
    }
}
