package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results that take long, made without anybody waiting longer than a budget for them.
 *
 * <p>One whose like took no longer lately is begun at once if its service has room; one that is not
 * known is tried out, with no more of its kind at once than a quarter of the service. What is not
 * ready within the budget is finished for those who come later. Everything else waits until the
 * service has nothing to do for which somebody waits, and shares that quarter. Over a bound the
 * oldest is forgotten, until it is asked for again. What cannot be made is not tried again for a
 * while.
 */
final class Backlog implements AutoCloseable {
    /** How long one may take, once begun. */
    private static final Duration TIME_FOR_ONE = Duration.ofMinutes(1);

    private static final Duration NOT_TRIED_AGAIN = Duration.ofMinutes(1);
    private static final int MAX_FAILED = 4096;
    private static final int INTERNAL_ERROR = 500;

    /** Of a service's places, those that what nobody waits for may take are one in so many. */
    private static final int SHARE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private final int maxQueued;
    private final Maker maker;
    private final Function<Plan, Admission> admissions;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentHashMap<Key, Order> orders = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Admission, Lane> lanes = new ConcurrentHashMap<>();
    private final Cache<Key, Boolean> failures;
    private final Pace pace = new Pace();
    private final LongAdder inTime = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** Makes one result. */
    @FunctionalInterface
    interface Maker {
        /**
         * Blocks until it is made.
         *
         * @throws Problem.Refused if it cannot be
         */
        Rendition make(Plan plan, Waiting waiting) throws InterruptedException;
    }

    /** A result to be made. */
    private static final class Order {
        private final Plan plan;
        private final TraceContext trace;
        private final String requestId;
        private final CompletableFuture<@Nullable Rendition> outcome = new CompletableFuture<>();
        private @Nullable Rendition result;

        /** Whether nobody is to wait for it any more. */
        private volatile boolean isLate;

        private Order(Plan plan, Waiting first) {
            this.plan = plan;
            trace = first.trace();
            requestId = first.requestId();
        }
    }

    /**
     * Knows how to make.
     *
     * @param maxQueued how many results wait, for each service; over that they are dropped
     * @param admissions tells where a plan waits for its turn
     */
    Backlog(int maxQueued, Maker maker, Function<Plan, Admission> admissions, InstantSource clock) {
        this.maxQueued = maxQueued;
        this.maker = maker;
        this.admissions = admissions;
        this.clock = clock;
        failures =
                Caffeine.newBuilder()
                        .maximumSize(MAX_FAILED)
                        .expireAfterWrite(NOT_TRIED_AGAIN)
                        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                        .executor(Runnable::run)
                        .build();
    }

    /** Whether it is known that nobody should wait for this now; never waits. */
    boolean isLate(Plan plan) {
        var order = orders.get(plan.key());
        return order == null ? failures.getIfPresent(plan.key()) != null : order.isLate;
    }

    /**
     * The result if it is ready within the budget.
     *
     * @return null if it is not, or could not be made; then it is to be {@linkplain #add added}
     *     once the caller has something else
     */
    @Nullable Rendition get(Plan plan, Waiting waiting, Duration budget)
            throws InterruptedException {
        var ready = await(order(plan, waiting, budget), budget);
        (ready == null ? late : inTime).increment();
        return ready;
    }

    /** Begun, if it can be ready in time; null if it cannot. */
    private @Nullable Order order(Plan plan, Waiting waiting, Duration budget) {
        var order = orders.get(plan.key());
        if (order != null || isLate(plan)) {
            return order;
        }
        var lane = lane(plan);
        var isTrial = !pace.knows(plan);
        if (pace.isSlower(plan, budget)
                || !lane.admission.hasRoom()
                || (isTrial && !lane.takePlace())) {
            return null;
        }
        var mine = new Order(plan, waiting);
        order = orders.putIfAbsent(plan.key(), mine);
        if (order != null || !begin(mine, lane, isTrial)) {
            if (isTrial) {
                lane.leavePlace();
            }
            return order;
        }
        return mine;
    }

    /** Whether the node does not stop just now. */
    private boolean begin(Order order, Lane lane, boolean isTrial) {
        try {
            threads.execute(() -> {
                try {
                    make(order);
                } finally {
                    if (isTrial) {
                        lane.leavePlace();
                    }
                    end(order);
                }
            });
            return true;
        } catch (RejectedExecutionException _) {
            orders.remove(order.plan.key());
            return false;
        }
    }

    private Lane lane(Plan plan) {
        return lanes.computeIfAbsent(admissions.apply(plan), Lane::new);
    }

    /** To be made when there is nothing else to do, if it is not under way already. */
    void add(Plan plan, Waiting waiting) {
        if (isLate(plan)) {
            return;
        }
        var order = new Order(plan, waiting);
        order.isLate = true;
        if (orders.putIfAbsent(plan.key(), order) == null) {
            lane(plan).add(order);
        }
    }

    private @Nullable Rendition await(@Nullable Order order, Duration budget)
            throws InterruptedException {
        if (order == null || order.isLate) {
            return null;
        }
        try {
            return order.outcome.get(budget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            order.isLate = true;
            pace.takesLongerThan(order.plan, budget);
            return null;
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
    }

    private void make(Order order) {
        var plan = order.plan;
        var start = clock.instant();
        try {
            var until = start.plus(TIME_FOR_ONE);
            order.result = maker.make(plan, new Waiting(until, order.trace, order.requestId));
            pace.took(plan, Duration.between(start, clock.instant()));
            made.increment();
        } catch (Problem.Refused refused) {
            failed.increment();
            remember(plan, refused.problem().status());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.atError().addKeyValue("trace", order.requestId).setCause(bug).log("failed");
            remember(plan, INTERNAL_ERROR);
        }
    }

    /** Whoever waits finds its place free and what came of it remembered. */
    private void end(Order order) {
        orders.remove(order.plan.key());
        order.outcome.complete(order.result);
    }

    /** What is refused for want of room, or of credits, may be made any time. */
    private void remember(Plan plan, int status) {
        switch (status) {
            case 402, 408, 429, 503, 504 -> {}
            default -> failures.put(plan.key(), status < 500);
        }
    }

    /** Whether this cannot be made, as far as is known; never waits. */
    boolean isRefused(Plan plan) {
        return Boolean.TRUE.equals(failures.getIfPresent(plan.key()));
    }

    /** What waits for one service. */
    private final class Lane {
        private final Admission admission;
        private final Queue<Order> queue = new ArrayBlockingQueue<>(maxQueued);
        private final AtomicInteger active = new AtomicInteger();

        private Lane(Admission admission) {
            this.admission = admission;
        }

        /** Over the bound the oldest goes, so that nobody can keep all others out. */
        private void add(Order order) {
            while (!queue.offer(order)) {
                var oldest = queue.poll();
                if (oldest != null) {
                    orders.remove(oldest.plan.key());
                    dropped.increment();
                }
            }
            start();
        }

        /** Whether there is one for something that nobody waits for. */
        private boolean takePlace() {
            var most = Math.max(1, admission.capacity() / SHARE);
            return active.getAndUpdate(n -> n < most ? n + 1 : n) < most;
        }

        private void leavePlace() {
            active.decrementAndGet();
            if (!queue.isEmpty()) {
                start();
            }
        }

        private void start() {
            if (!takePlace()) {
                return;
            }
            try {
                threads.execute(this::work);
            } catch (RejectedExecutionException _) {
                active.decrementAndGet(); // the node stops
            }
        }

        private void work() {
            try {
                for (var order = queue.poll(); order != null; order = queue.poll()) {
                    admission.awaitRoom();
                    try {
                        make(order);
                    } finally {
                        end(order);
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // the node stops
            } finally {
                leavePlace();
            }
        }
    }

    /** How many results are to be made or being made. */
    int length() {
        return orders.size();
    }

    /** How many were ready within the budget. */
    long inTime() {
        return inTime.sum();
    }

    /** How often there was none within the budget. */
    long late() {
        return late.sum();
    }

    long made() {
        return made.sum();
    }

    long failed() {
        return failed.sum();
    }

    /** How many there was no room to remember. */
    long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
