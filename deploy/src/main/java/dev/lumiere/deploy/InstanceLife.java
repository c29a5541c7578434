package dev.lumiere.deploy;

import dev.lumiere.deploy.Observed.Phase;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.LeaseKeeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance from its start to its end, read from top to bottom in {@link #run}, on a virtual
 * thread of its own. Its end, or being told to stop, is noticed at once wherever it stands.
 */
final class InstanceLife {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceLife.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration DYING = Duration.ofSeconds(1);
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    /** What the life tells about itself; called on its thread. */
    interface Listener {
        void phase(Phase phase);

        /**
         * It is over.
         *
         * @param readyFor how long it had been ready, zero if it never was
         */
        void over(String how, Duration readyFor);
    }

    /** Lists the instance in the registry with what the worker says about itself. */
    interface Lister {
        LeaseKeeper.Listing list(Address address, Map<String, String> metadata);
    }

    private final String id;
    private final Slot slot;
    private final ServiceSpec spec;
    private final InstanceRuntime runtime;
    private final WorkerProbe probe;
    private final Lister lister;
    private final DeployConfig config;
    private final InstantSource clock;
    private final CompletableFuture<String> stopAsked = new CompletableFuture<>();

    private volatile @Nullable RunningInstance running;
    private LeaseKeeper.@Nullable Listing listing;
    private @Nullable Instant readySince;

    InstanceLife(
            String id,
            Slot slot,
            ServiceSpec spec,
            InstanceRuntime runtime,
            WorkerProbe probe,
            Lister lister,
            DeployConfig config,
            InstantSource clock) {
        this.id = id;
        this.slot = slot;
        this.spec = spec;
        this.runtime = runtime;
        this.probe = probe;
        this.lister = lister;
        this.config = config;
        this.clock = clock;
    }

    String id() {
        return id;
    }

    long pid() {
        var process = running;
        return process == null || process.exit().isDone() ? 0 : process.pid();
    }

    @Nullable Address address() {
        var process = running;
        return process == null ? null : process.address();
    }

    /** Begins an orderly stop. */
    void stop(String why) {
        stopAsked.complete(why);
    }

    /** Lives it. Always tells the listener when it is over. */
    void run(Listener listener) {
        var how = "not started";
        try {
            var process = runtime.start(id, slot, spec);
            running = process;
            LOG.info("started instance={} zone={} pid={}", id, slot.zone(), process.pid());
            how = serve(process, listener);
        } catch (IOException e) {
            how = "cannot start: " + e.getMessage();
        } catch (InterruptedException e) {
            how = "node agent interrupted";
        } catch (RuntimeException e) {
            how = "failed: " + e;
            LOG.error("instance={} given up", id, e);
        } finally {
            leave();
            end();
            LOG.info("ended instance={} zone={} how={}", id, slot.zone(), how);
            listener.over(how, readyFor());
        }
    }

    private String serve(RunningInstance process, Listener listener) throws InterruptedException {
        if (!becomesReady(process)) {
            return stopAsked.isDone() || process.exit().isDone()
                    ? finish(process, listener)
                    : "not ready within " + spec.readyWithin().toMillis() + " ms";
        }
        var metadata = within(process, probe.metadata(process.address()));
        if (metadata == null) {
            return process.exit().isDone() || stopAsked.isDone()
                    ? finish(process, listener)
                    : "/methods did not answer";
        }
        listing = lister.list(process.address(), metadata);
        readySince = clock.instant();
        listener.phase(Phase.READY);
        if (staysReady(process)) {
            return finish(process, listener);
        }
        leave();
        // it answers no more before the system tells that it has ended
        return over(process, DYING)
                ? finish(process, listener)
                : "/ready failed " + config.probeFailures() + " times in a row";
    }

    /** False if its time ran out, if it ended, or if it was told to stop. */
    private boolean becomesReady(RunningInstance process) throws InterruptedException {
        var latest = clock.instant().plus(spec.readyWithin());
        while (clock.instant().isBefore(latest)) {
            if (process.listening()
                    && Boolean.TRUE.equals(within(process, probe.ready(process.address())))) {
                return true;
            }
            if (over(process, LOOK_AGAIN)) {
                return false;
            }
        }
        return false;
    }

    /** Returns true when it ended or is to stop, false when it stopped answering. */
    private boolean staysReady(RunningInstance process) throws InterruptedException {
        var failures = 0;
        while (!over(process, config.probeEvery())) {
            var ready = within(process, probe.ready(process.address()));
            failures = Boolean.TRUE.equals(ready) ? 0 : failures + 1;
            if (failures >= config.probeFailures() && !over(process, Duration.ZERO)) {
                return false;
            }
        }
        return true;
    }

    /** It ended by itself, or it is told to: no new callers first, then SIGTERM, then SIGKILL. */
    private String finish(RunningInstance process, Listener listener) throws InterruptedException {
        leave();
        if (process.exit().isDone()) {
            return "ended by itself, " + process.exit().join();
        }
        listener.phase(Phase.STOPPING);
        process.terminate();
        var exit = await(process.exit(), spec.stopWithin());
        return "stopped, "
                + stopAsked.join()
                + (exit == null
                        ? ", killed after " + spec.stopWithin().toMillis() + " ms"
                        : ", " + exit);
    }

    private void leave() {
        var listed = listing;
        if (listed != null) {
            listed.close();
            listing = null;
        }
    }

    private void end() {
        var process = running;
        if (process == null) {
            return;
        }
        process.kill();
        try {
            if (await(process.exit(), KILLED_WITHIN) == null) {
                LOG.error("instance={} pid={} does not die", id, process.pid());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration readyFor() {
        var since = readySince;
        return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
    }

    /** Waits, but not beyond the process's end or the wish that it stop. */
    private boolean over(RunningInstance process, Duration atMost) throws InterruptedException {
        await(CompletableFuture.anyOf(process.exit(), stopAsked), atMost);
        return process.exit().isDone() || stopAsked.isDone();
    }

    /** The answer; null if it failed, or if the process ended or is to stop before it came. */
    private <T> @Nullable T within(RunningInstance process, CompletableFuture<T> answer)
            throws InterruptedException {
        await(
                CompletableFuture.anyOf(answer, process.exit(), stopAsked),
                config.probeTime().multipliedBy(3));
        return answer.isDone() && !answer.isCompletedExceptionally() ? answer.join() : null;
    }

    private static <T> @Nullable T await(CompletableFuture<T> future, Duration atMost)
            throws InterruptedException {
        try {
            return future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return null;
        }
    }

    /** Whether its end was wanted. */
    boolean stopWanted() {
        return stopAsked.isDone();
    }
}
