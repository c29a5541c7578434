package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A worker with a few slots and a queue before them, which can be made to misbehave. */
final class SimulatedInstance {
    static final int SLOTS = 2;
    static final Duration MEAN_WORK = Duration.ofMillis(50);
    private static final long ERROR_NANOS = Duration.ofMillis(2).toNanos();

    /** What a call comes back with, if it does. */
    enum Reply {
        DONE,
        ERROR,
        REFUSED,
        DIED
    }

    /** A call that has arrived. */
    static final class Job {
        private final Consumer<Reply> caller;
        private boolean over;

        private Job(Consumer<Reply> caller) {
            this.caller = caller;
        }
    }

    final Instance instance;
    private final Simulation world;
    private final ArrayDeque<Job> queue = new ArrayDeque<>();
    private List<Job> running = new ArrayList<>();
    private long startedAt;
    private boolean refuses;
    private boolean silent;
    private double slowness = 1;
    private double errors;
    private Duration warmUp = Duration.ZERO;

    SimulatedInstance(Simulation world, String id, String zone) {
        this.world = world;
        this.instance =
                new Instance(
                        new Identity("u", "e", "s", Version.parse("1.0.0"), "r", "h-" + id, id),
                        zone,
                        List.of(new Address.Tcp("h-" + id, 1)),
                        Map.of("concurrency", Integer.toString(SLOTS)));
    }

    void slower(double times) {
        slowness = times;
    }

    void fails(double share) {
        errors = share;
    }

    /** Ten times as slow at first, then less and less. */
    void cold(Duration lasts) {
        startedAt = world.now();
        warmUp = lasts;
    }

    void blackHole(boolean on) {
        silent = on;
    }

    /** What is under way dies; what comes is refused. */
    void crash() {
        refuses = true;
        var dead = new ArrayList<>(queue);
        dead.addAll(running);
        queue.clear();
        running = new ArrayList<>();
        dead.forEach(job -> end(job, Reply.DIED));
    }

    void restart() {
        refuses = false;
    }

    Job accept(Consumer<Reply> caller) {
        var job = new Job(caller);
        if (refuses) {
            end(job, Reply.REFUSED);
        } else if (errors > 0 && world.random.nextDouble() < errors) {
            world.after(ERROR_NANOS, () -> end(job, Reply.ERROR));
        } else if (!silent) {
            queue.add(job);
            next();
        }
        return job;
    }

    /** The caller has gone: no work is done for nobody. */
    void cancel(Job job) {
        job.over = true;
        if (running.remove(job)) {
            next();
        }
    }

    private void next() {
        while (running.size() < SLOTS && !queue.isEmpty()) {
            var job = queue.remove();
            if (job.over) {
                continue;
            }
            running.add(job);
            world.after(
                    world.exponential(MEAN_WORK.toNanos() * slowness * coldness()),
                    () -> finished(job));
        }
    }

    private void finished(Job job) {
        if (running.remove(job)) {
            if (!silent) {
                end(job, Reply.DONE);
            }
            next();
        }
    }

    private double coldness() {
        var age = world.now() - startedAt;
        var warm = warmUp.toNanos();
        return age >= warm ? 1 : 10 - 9.0 * age / warm;
    }

    private static void end(Job job, Reply reply) {
        if (!job.over) {
            job.over = true;
            job.caller.accept(reply);
        }
    }
}
