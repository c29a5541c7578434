package dev.lumiere.rendition;

import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Reduction;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Reducing;
import dev.lumiere.fop.run.Source;
import dev.lumiere.fop.run.Work;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Span;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.blob.QETag;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From plans to results: from memory, from disk, or made by a run, once for all who wait for the
 * same and in turn.
 */
public final class Renditions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Renditions.class);

    /** Pages that ask for several sizes of a picture do so at once. */
    private static final Duration GATHERING = Duration.ofMillis(3);

    /** Of results in memory, for each plan that is remembered: about a small one. */
    private static final long BYTES_A_PLAN = 16 << 10;

    private static final long MIN_PLANS = 1024;
    private static final Duration TIME_TO_DRAW = Duration.ofSeconds(3);
    private static final int TIMED_OUT = 504;

    private final RenditionConfig config;
    private final ToIntFunction<String> capacity;
    private final Run run;
    private final Inputs inputs;
    private final InstantSource clock;
    private final Function<StoredObject, @Nullable OpenFile> open;
    private final Predicate<StoredObject> isUnchanged;
    private final RenditionMetrics metrics;
    private final Plans plans;
    private final ResultCache cache;
    private final Reductions reductions;
    private final Coalescing<Key, Outcome> coalescing;
    private final Backlog backlog;
    private final ConcurrentHashMap<String, Admission> admissions = new ConcurrentHashMap<>();

    /**
     * Puts the parts together.
     *
     * @param capacity how many runs a service's live instances take at the same time, where {@link
     *     RenditionConfig#concurrency} leaves that to them; {@link Capacity#of} tells
     * @param inputs what pipelines refer to besides their source
     * @param open opens an object's file; null if it is not there any more as it was; may wait
     * @param isUnchanged whether an object is still what it was, asked after a run, whose place
     *     others have by then: what was made while it changed is not kept; may wait
     * @throws java.io.UncheckedIOException if results are to be kept on disk and cannot be
     */
    public Renditions(
            RenditionConfig config,
            OperationTable operations,
            ToIntFunction<String> capacity,
            Run run,
            Inputs inputs,
            Function<StoredObject, @Nullable OpenFile> open,
            Predicate<StoredObject> isUnchanged,
            InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.capacity = config.concurrency() == 0 ? capacity : _ -> config.concurrency();
        this.run = run;
        this.inputs = inputs;
        this.open = open;
        this.isUnchanged = isUnchanged;
        this.clock = clock;
        this.metrics = new RenditionMetrics(metrics);
        var maxPlans = Math.max(MIN_PLANS, config.memoryBytes() / BYTES_A_PLAN);
        plans = new Plans(operations, new ContentTypes(open), inputs, maxPlans);
        cache = new ResultCache(config, clock);
        reductions = new Reductions(config.reductionBytes(), GATHERING, clock);
        this.metrics.follow(reductions);
        coalescing = new Coalescing<>(Outcome::concernsAll, clock);
        backlog = new Backlog(config.maxBacklog(), this::get, this::admission, clock);
        this.metrics.follow(cache);
        this.metrics.follow(coalescing);
        this.metrics.follow(backlog);
    }

    /**
     * What is to be done, and the name of its result, as far as memory tells. Never waits.
     *
     * @param pipeline after the expansion of styles
     * @return null if memory does not tell what the source is, or what the pipeline refers to
     * @throws Problem.Refused if nobody is known for a stage, or what it refers to is not there
     */
    public @Nullable Plan planAtHand(StoredObject object, Pipeline pipeline) {
        return plans.atHand(object, pipeline);
    }

    /**
     * The same, with what is to be known looked for wherever it is. Blocks, if at all; to be called
     * on a virtual thread.
     *
     * @throws InterruptedException if the thread was interrupted, as the caller went away
     * @throws Problem.Refused as for {@link #planAtHand}, or if it cannot be told in time
     */
    public Plan plan(StoredObject object, Pipeline pipeline, Instant deadline)
            throws InterruptedException {
        return plans.find(object, pipeline, deadline);
    }

    /** The result if it is in memory; never waits. */
    public @Nullable Rendition atHand(Plan plan) {
        return cache.atHand(plan.key());
    }

    /**
     * The result, made if need be. Blocks; to be called on a virtual thread.
     *
     * @throws InterruptedException if the thread was interrupted, as the caller went away; if
     *     nobody else waits, the work is stopped
     * @throws Problem.Refused if it cannot be made, or not now, or not in time
     */
    public Rendition get(Plan plan, Waiting waiting) throws InterruptedException {
        var kept = cache.atHand(plan.key());
        if (kept != null) {
            return kept;
        }
        var outcome =
                coalescing.get(
                        plan.key(), waiting.deadline(), until -> obtain(plan, waiting, until));
        return switch (outcome) {
            case null -> throw Problem.timeout("deadline passed").refused();
            case Outcome.Refused(var problem, _) -> throw problem.refused();
            case Outcome.Made(var rendition, var spans) -> {
                waiting.spans().accept(spans);
                yield rendition;
            }
        };
    }

    /**
     * The result if it is kept or can be made within the budget. Where nothing is kept, it is made
     * whatever it takes, as {@link #get} does. Blocks; to be called on a virtual thread.
     *
     * @return null if it takes longer; the caller is to say {@link #makeLater} once it has
     *     something else to show
     * @throws InterruptedException if the thread was interrupted; the work goes on
     */
    public @Nullable Rendition getWithin(Duration budget, Plan plan, Waiting waiting)
            throws InterruptedException {
        if (!cache.keeps()) {
            return get(plan, waiting);
        }
        if (backlog.isLate(plan)) {
            return null;
        }
        var kept = cache.find(plan.key());
        return kept != null ? kept : backlog.get(plan, waiting, budget);
    }

    /** Makes a result when its service has nothing else to do; soon forgotten if it cannot be. */
    public void makeLater(Plan plan, Waiting first) {
        backlog.add(plan, first);
    }

    /** Whether a result is being made that nobody should wait for; never waits. */
    public boolean isMadeLater(Plan plan) {
        return backlog.isLate(plan);
    }

    /** Whether a result cannot be made, as was seen lately; never waits. */
    public boolean isRefused(Plan plan) {
        return backlog.isRefused(plan);
    }

    /** What an object is by its bytes, if memory tells; never waits. */
    public @Nullable String contentTypeAtHand(StoredObject object) {
        return plans.types().atHand(object);
    }

    /** What an object is by its bytes. Blocks, if at all. */
    public String contentType(StoredObject object) {
        return plans.types().find(object);
    }

    /** On the run's own thread. */
    private Outcome obtain(Plan plan, Waiting first, Supplier<Instant> deadline)
            throws InterruptedException {
        var kept = cache.find(plan.key());
        if (kept != null) {
            return new Outcome.Made(kept, List.of());
        }
        try {
            if (!reductions.concern(plan)) {
                return run(plan, first, deadline, null);
            }
            var tooSmall = false;
            while (true) {
                try (var passage = reductions.board(plan, tooSmall, deadline.get())) {
                    var outcome = run(plan, first, deadline, passage);
                    if (!(outcome instanceof Outcome.Refused(var problem, _))) {
                        return outcome;
                    }
                    var larger = problem.status() == Reduction.LARGER;
                    if (!larger && problem.status() != Reduction.SOURCE) {
                        return outcome;
                    }
                    if (!larger || tooSmall) {
                        break; // the source will do
                    }
                    tooSmall = true;
                }
            }
            return run(plan, first, deadline, null);
        } catch (CancellationException _) {
            throw new InterruptedException("nobody waits any more");
        }
    }

    /** Once it is its turn. */
    private Outcome run(
            Plan plan,
            Waiting first,
            Supplier<Instant> deadline,
            Reductions.@Nullable Passage passage)
            throws InterruptedException {
        var admission = admission(plan);
        Admission.Turn turn;
        var start = clock.instant();
        try {
            turn = admission.enter(deadline.get());
        } catch (Problem.Refused refused) {
            return new Outcome.Refused(refused.problem(), true);
        }
        if (plan.pipeline().isSlowToWrite()) {
            turn.exceptional();
        }
        var until = until(plan, deadline.get());
        try {
            var output = inTurn(turn, plan, first, until, passage);
            return made(plan, output, new Span("queue", start, turn.waited()));
        } catch (Problem.Refused refused) {
            var problem = refused.problem();
            if (problem.status() == TIMED_OUT && until.isBefore(deadline.get())) {
                problem = Problem.badRequest("image takes too long to draw");
            }
            return new Outcome.Refused(problem, isFinal(problem.status()));
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException bug) {
            LOG.atError()
                    .addKeyValue("trace", first.trace().traceId())
                    .setCause(bug)
                    .log("a run failed");
            return new Outcome.Refused(Problem.of(599, "internal error"), false);
        }
    }

    /** The turn ends with it, and the passage: what remains to be done concerns no others. */
    private Output inTurn(
            Admission.Turn turn,
            Plan plan,
            Waiting first,
            Instant until,
            Reductions.@Nullable Passage passage)
            throws InterruptedException {
        try (turn;
                passage) {
            var reducing = passage == null ? Reducing.NOT : passage.reducing();
            var output = made(turn, work(plan, first, until, reducing));
            if (passage != null) {
                passage.keep(output.reductions());
            }
            return output;
        }
    }

    /** How long what failed took says nothing of what will not. */
    private Output made(Admission.Turn turn, Work work) throws InterruptedException {
        try {
            return run.run(work);
        } catch (RuntimeException | InterruptedException e) {
            turn.exceptional();
            throw e;
        }
    }

    /** A drawing of a few hundred bytes can take for ever, and its drawer cannot be interrupted. */
    private Instant until(Plan plan, Instant deadline) {
        if (!plan.contentType().equals(SourceFormat.SVG.contentType())) {
            return deadline;
        }
        var until = clock.instant().plus(TIME_TO_DRAW);
        return until.isBefore(deadline) ? until : deadline;
    }

    private Outcome made(Plan plan, Output output, Span queued) {
        var bytes = Bytes.toKeep(output.body());
        var rendition =
                new Rendition(
                        output.contentType(),
                        '"' + QETag.of(Bytes.view(bytes)) + '"',
                        clock.instant(),
                        output.madeBy(),
                        new Body.InMemory(bytes));
        if (isStillTheSame(plan)) {
            cache.keep(plan.madeBy(output.madeBy()).key(), rendition);
        }
        var spans = new ArrayList<Span>();
        spans.add(queued);
        spans.addAll(output.spans());
        return new Outcome.Made(rendition, List.copyOf(spans));
    }

    private boolean isStillTheSame(Plan plan) {
        try {
            return isUnchanged.test(plan.object()) && inputs.areUnchanged(plan.inputs());
        } catch (Problem.Refused _) {
            return false;
        }
    }

    private Work work(Plan plan, Waiting first, Instant deadline, Reducing reducing) {
        var object = plan.object();
        var source =
                new Source.OnDisk(
                        object.version(),
                        plan.contentType(),
                        object.size(),
                        object.bucket(),
                        object.key(),
                        () -> open.apply(object));
        return new Work(
                source,
                plan.pipeline(),
                plan.pipeline().format(),
                first.trace(),
                first.requestId(),
                deadline,
                inputs.sources(plan.inputs()),
                reducing);
    }

    /** Whether the same would come of another run; somebody else's may be paid for. */
    private static boolean isFinal(int status) {
        return status < 500 && status != 402 && status != 408 && status != 429;
    }

    private Admission admission(Plan plan) {
        var service = plan.makers().getFirst().service();
        return admissions.computeIfAbsent(
                service,
                _ -> {
                    var admission =
                            new Admission(
                                    service,
                                    () -> capacity.applyAsInt(service),
                                    config.maxQueued(),
                                    config.maxWait(),
                                    clock,
                                    metrics.queueWait(service));
                    metrics.follow(admission, service);
                    return admission;
                });
    }

    /** Writes to disk what waits for it, for a bounded time. */
    @Override
    public void close() {
        backlog.close();
        reductions.close();
        cache.close();
    }
}
