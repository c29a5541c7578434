package dev.lumiere.deploy;

import dev.lumiere.deploy.InstanceView.State;
import dev.lumiere.deploy.Observed.Phase;
import dev.lumiere.service.Problem;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.LeaseKeeper;
import dev.lumiere.service.registry.Registry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs on this node what is wanted. One virtual thread asks the {@link Reconciler}
 * whenever something changed or a back-off ended, and carries out its actions; each instance lives
 * on a virtual thread of its own ({@link InstanceLife}), which holds its lease.
 */
public final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final LeaseKeeper leases;
    private final InstanceRuntime runtime;
    private final DeployConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final MeterRegistry metrics;
    private final WorkerProbe probe;
    private final BackOff backOff;
    private final Reconciler reconciler;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Slot, Cell> cells = new LinkedHashMap<>();
    private final Set<String> measured = new HashSet<>();
    private DesiredState desired = DesiredState.NOTHING;
    private boolean dirty = true;
    private boolean closed;
    private final Thread loop;

    /** What is in a slot, or was last. Guarded by the lock. */
    private static final class Cell {
        ServiceSpec spec;
        @Nullable InstanceLife life;
        String id;
        Phase phase = Phase.STARTING;
        Instant since;
        int failures;
        int restarts;
        @Nullable String lastExit;

        Cell(ServiceSpec spec, String id, Instant since) {
            this.spec = spec;
            this.id = id;
            this.since = since;
        }

        Observed observed(Slot slot) {
            return life == null
                    ? new Observed.Dead(slot, spec, since, failures)
                    : new Observed.Alive(slot, spec, phase);
        }

        State state() {
            return life == null ? State.BACKING_OFF : State.valueOf(phase.name());
        }
    }

    /**
     * Makes an agent that wants nothing yet.
     *
     * @param runtime closed by its owner, after the agent
     * @param random may be asked by several threads
     */
    public NodeAgent(
            Vertx vertx,
            Registry registry,
            InstanceRuntime runtime,
            DeployConfig config,
            BackOff backOff,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.leases = LeaseKeeper.start(registry, clock, random);
        this.runtime = runtime;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        this.probe = new WorkerProbe(vertx, config.probeTime());
        this.backOff = backOff;
        this.reconciler = new Reconciler(backOff);
        this.loop = Thread.ofVirtual().name("node-agent").start(this::reconcile);
    }

    /** States what is to run from now on, instead of what was wanted before. Returns at once. */
    public void desire(DesiredState wanted) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("node agent is closed");
            }
            desired = wanted;
            wanted.services().stream().filter(s -> measured.add(s.name())).forEach(this::measure);
            wake();
        } finally {
            lock.unlock();
        }
    }

    public DesiredState desired() {
        lock.lock();
        try {
            return desired;
        } finally {
            lock.unlock();
        }
    }

    /** Every slot that is wanted or still holds an instance, ordered by service, zone, ordinal. */
    public List<InstanceView> instances() {
        lock.lock();
        try {
            var views = new ArrayList<InstanceView>();
            cells.entrySet().stream()
                    .sorted(Comparator.comparing(e -> e.getKey().toString()))
                    .forEach(e -> views.add(view(e.getKey(), e.getValue())));
            return views;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What an instance answers to a {@code GET}; may wait.
     *
     * @throws Problem.Refused 404 if there is no such instance, 503 if it does not answer 200 in
     *     time
     */
    public Buffer ask(String id, String path) {
        var address =
                instances().stream()
                        .filter(view -> view.id().equals(id))
                        .findFirst()
                        .map(InstanceView::address)
                        .orElseThrow(() -> Problem.notFound("no such instance: " + id).refused());
        try {
            return probe.ask(address, path).join();
        } catch (CompletionException e) {
            throw Problem.unavailable("no answer of " + id, config.probeTime()).refused();
        }
    }

    public SandboxReport sandbox() {
        return runtime.sandbox();
    }

    /**
     * Waits until every wanted instance is ready and nothing else runs.
     *
     * @return false if that is not so within {@code atMost}
     */
    public boolean awaitSettled(Duration atMost) throws InterruptedException {
        var nanos = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!settled()) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Stops every instance in order, all at the same time, and returns when they are gone. */
    @Override
    public void close() {
        lock.lock();
        try {
            desired = DesiredState.NOTHING;
            closed = true;
            wake();
        } finally {
            lock.unlock();
        }
        try {
            loop.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        leases.close();
        probe.close();
    }

    private void reconcile() {
        lock.lock();
        try {
            while (true) {
                dirty = false;
                var wait = act();
                if (closed && cells.values().stream().allMatch(cell -> cell.life == null)) {
                    return;
                }
                while (!dirty && wait > 0) {
                    wait = changed.awaitNanos(wait);
                }
            }
        } catch (InterruptedException _) {
            LOG.info("node agent interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** Carries out what the reconciler decides; returns how many nanoseconds it may rest then. */
    private long act() {
        var now = clock.instant();
        var observed = new ArrayList<Observed>();
        cells.forEach((slot, cell) -> observed.add(cell.observed(slot)));
        var rest = LOOK_AGAIN;
        for (var action : reconciler.decide(desired, observed, now)) {
            switch (action) {
                case Action.Start(var slot, var spec) -> start(slot, spec);
                case Action.Stop(var slot, var why) -> stop(slot, why);
                case Action.Wait(var until) -> {
                    var left = Duration.between(now, until);
                    rest = left.compareTo(rest) < 0 ? left : rest;
                }
            }
        }
        forgetUnwanted();
        return rest.toNanos();
    }

    private void start(Slot slot, ServiceSpec spec) {
        var id = slot.service() + "-" + HexFormat.of().toHexDigits(random.nextInt());
        var cell = cells.computeIfAbsent(slot, _ -> new Cell(spec, id, clock.instant()));
        var life =
                new InstanceLife(
                        id,
                        slot,
                        spec,
                        runtime,
                        probe,
                        (address, facts) ->
                                leases.keep(
                                        listed(id, slot, spec, address, facts), config.leaseTime()),
                        config,
                        clock);
        if (!spec.runsAs(cell.spec)) {
            cell.failures = 0;
        }
        cell.spec = spec;
        cell.id = id;
        cell.life = life;
        cell.phase = Phase.STARTING;
        cell.since = clock.instant();
        Thread.ofVirtual().name(id).start(() -> life.run(new Told(cell, life)));
    }

    private void stop(Slot slot, String why) {
        var cell = cells.get(slot);
        if (cell != null && cell.life != null) {
            LOG.info("stopping instance={} why={}", cell.id, why);
            cell.phase = Phase.STOPPING;
            cell.since = clock.instant();
            cell.life.stop(why);
        }
    }

    private void forgetUnwanted() {
        var wanted = desired.services().stream().flatMap(s -> Slot.of(s).stream()).toList();
        cells.entrySet().removeIf(e -> e.getValue().life == null && !wanted.contains(e.getKey()));
    }

    private Instance listed(
            String id, Slot slot, ServiceSpec spec, Address address, Map<String, String> facts) {
        var identity =
                new Identity(
                        config.username(),
                        config.environment(),
                        spec.name(),
                        spec.version(),
                        config.region(),
                        config.hostname(),
                        id);
        return new Instance(identity, slot.zone(), List.of(address), facts);
    }

    /** Writes down what a life tells. */
    private final class Told implements InstanceLife.Listener {
        private final Cell cell;
        private final InstanceLife life;

        Told(Cell cell, InstanceLife life) {
            this.cell = cell;
            this.life = life;
        }

        @Override
        public void phase(Phase phase) {
            lock.lock();
            try {
                if (cell.phase != Phase.STOPPING) {
                    cell.phase = phase;
                    cell.since = clock.instant();
                    wake();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void over(String how, Duration readyFor) {
            lock.lock();
            try {
                cell.life = null;
                cell.since = clock.instant();
                cell.lastExit = how;
                if (life.stopWanted()) {
                    cell.failures = 0;
                } else {
                    cell.failures = backOff.failuresAfter(cell.failures, readyFor);
                    cell.restarts++;
                    metrics.counter("lumiere.deploy.restarts", "service", cell.spec.name())
                            .increment();
                }
                wake();
            } finally {
                lock.unlock();
            }
        }
    }

    private void wake() {
        dirty = true;
        changed.signalAll();
    }

    private boolean settled() {
        var wanted = desired.services().stream().mapToInt(ServiceSpec::instances).sum();
        return cells.size() == wanted
                && cells.values().stream().allMatch(cell -> cell.state() == State.READY);
    }

    private InstanceView view(Slot slot, Cell cell) {
        var life = cell.life;
        return new InstanceView(
                cell.id,
                slot.service(),
                cell.spec.version(),
                slot.zone(),
                life == null ? 0 : life.pid(),
                cell.state(),
                cell.restarts,
                life == null ? null : life.address(),
                cell.since,
                cell.lastExit);
    }

    private void measure(ServiceSpec spec) {
        for (var state : State.values()) {
            Gauge.builder("lumiere.deploy.instances", this, a -> a.count(spec.name(), state))
                    .tag("service", spec.name())
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
        metrics.counter("lumiere.deploy.restarts", "service", spec.name());
    }

    private double count(String service, State state) {
        lock.lock();
        try {
            return cells.entrySet().stream()
                    .filter(e -> e.getKey().service().equals(service))
                    .filter(e -> e.getValue().state() == state)
                    .count();
        } finally {
            lock.unlock();
        }
    }
}
