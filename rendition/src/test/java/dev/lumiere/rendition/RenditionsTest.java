package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Offer;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Work;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import dev.lumiere.storage.StoredObject;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenditionsTest {
    private static final Pipeline SMALL = Pipeline.decode("imageView/1/w/200");
    private static final TraceContext TRACE = new TraceContext(1, 2, 3, true);
    private static final Waiting WAITING =
            new Waiting(Instant.EPOCH.plusSeconds(60), TRACE, "request");

    @TempDir Path folder;
    private final MemoryRegistry registry = MemoryRegistry.start(() -> Instant.EPOCH);
    private final OperationTable operations =
            new OperationTable(
                    registry,
                    () -> Instant.EPOCH,
                    List.of(
                            Offer.of(
                                    "image",
                                    Version.parse("0.1.0"),
                                    Map.of("ops", "imageView", "encoded", "true"))));
    private final AtomicInteger runs = new AtomicInteger();
    private volatile Run run = this::make;
    private volatile Predicate<StoredObject> isUnchanged = _ -> true;
    private volatile int places = 4;
    private SimpleMeterRegistry metrics;
    private Renditions renditions;

    @BeforeEach
    void open() {
        open(RenditionConfig.in(folder));
    }

    @AfterEach
    void stop() {
        renditions.close();
        operations.close();
        registry.close();
    }

    @Test
    void whatWasMadeIsAtHand() throws Exception {
        var plan = plan("1");
        assertThat(renditions.atHand(plan)).isNull();
        var made = renditions.get(plan, WAITING);

        assertThat(made.body()).isEqualTo(new Body.InMemory(Buffer.buffer("1 imageView/1/w/200")));
        assertThat(made.madeBy()).containsExactly(Samples.MAKER);
        assertThat(renditions.atHand(plan("1"))).isEqualTo(made);
        assertThat(renditions.get(plan, WAITING)).isEqualTo(made);
        assertThat(runs).hasValue(1);
        assertThat(count("hits", "tier", "memory")).isEqualTo(2);
        assertThat(count("misses")).isEqualTo(1);
        assertThat(count("runs", "service", "image")).isEqualTo(1);
    }

    @Test
    void afterARestartItIsOnDiskAndThenAtHand() throws Exception {
        var made = renditions.get(plan("1"), WAITING);
        renditions.close();
        open(RenditionConfig.in(folder));

        assertThat(renditions.atHand(plan("1"))).isNull();
        assertThat(renditions.get(plan("1"), WAITING)).isEqualTo(made);
        assertThat(renditions.atHand(plan("1"))).isEqualTo(made);
        assertThat(runs).hasValue(1);
        assertThat(count("hits", "tier", "disk")).isEqualTo(1);
    }

    @Test
    void aDrawingHasThreeSecondsWhateverTheDeadline() {
        var deadlines = new ArrayList<Instant>();
        run =
                work -> {
                    deadlines.add(work.deadline());
                    throw Problem.timeout("deadline passed").refused();
                };
        var svg =
                Plan.of(Samples.object("1"), "image/svg+xml", SMALL, List.of(Samples.MAKER), false);

        assertThatThrownBy(() -> renditions.get(svg, WAITING))
                .hasMessageContaining("400 image takes too long to draw");
        assertThatThrownBy(() -> renditions.get(plan("1"), WAITING)).hasMessageContaining("504");
        assertThat(deadlines)
                .containsExactly(Instant.EPOCH.plusSeconds(3), Instant.EPOCH.plusSeconds(60));
    }

    @Test
    void withinABudgetItIsGivenIfItIsKeptOrReady() throws Exception {
        var made = renditions.get(plan("1"), WAITING);
        renditions.close();
        open(RenditionConfig.in(folder));

        var budget = Duration.ofMinutes(1);
        assertThat(renditions.getWithin(budget, plan("1"), WAITING)).isEqualTo(made);
        assertThat(renditions.getWithin(budget, plan("2"), WAITING)).isNotNull();
        assertThat(runs).hasValue(2);
    }

    @Test
    void whereNothingIsKeptItIsMadeWhateverTheBudget() throws Exception {
        renditions.close();
        open(RenditionConfig.in(folder).withoutCache());

        assertThat(renditions.getWithin(Duration.ZERO, plan("1"), WAITING)).isNotNull();
        assertThat(runs).hasValue(1);
    }

    @Test
    void aHundredEqualRequestsRunOnce() throws Exception {
        var go = new CountDownLatch(1);
        run =
                work -> {
                    go.await();
                    return make(work);
                };
        var all = new ArrayList<FutureTask<Rendition>>();
        for (var i = 0; i < 100; i++) {
            all.add(new FutureTask<>(() -> renditions.get(plan("1"), WAITING)));
        }
        all.forEach(task -> Thread.ofVirtual().start(task));
        Samples.soon(() -> count("coalesced") == 99);
        go.countDown();

        for (var one : all) {
            assertThat(one.get()).isSameAs(all.getFirst().get());
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void afterAFailureTheOthersShareOneMoreRun() throws Exception {
        var go = new CountDownLatch(1);
        run =
                work -> {
                    go.await();
                    if (runs.get() == 0) {
                        runs.incrementAndGet();
                        throw Problem.of(502, "the worker died").refused();
                    }
                    return make(work);
                };
        var first = new FutureTask<>(() -> renditions.get(plan("1"), WAITING));
        Thread.ofVirtual().start(first);
        Samples.soon(() -> count("misses") == 1);
        var others = new ArrayList<FutureTask<Rendition>>();
        for (var i = 0; i < 10; i++) {
            others.add(new FutureTask<>(() -> renditions.get(plan("1"), WAITING)));
        }
        others.forEach(task -> Thread.ofVirtual().start(task));
        Samples.soon(() -> count("coalesced") == 10);
        go.countDown();

        assertThatThrownBy(first::get).hasMessageContaining("502 the worker died");
        for (var one : others) {
            assertThat(one.get().madeBy()).containsExactly(Samples.MAKER);
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void aRunThatNobodyWaitsForIsStopped() throws Exception {
        var begun = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        run =
                _ -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        stopped.countDown();
                    }
                    throw new IllegalStateException("unreachable");
                };
        var request =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                renditions.get(plan("1"), WAITING);
                            } catch (InterruptedException _) {
                                runs.incrementAndGet();
                            }
                        });
        begun.await();
        request.interrupt();

        stopped.await();
        request.join();
        assertThat(runs).hasValue(1);
        Samples.soon(() ->
                metrics.get("lumiere.rendition.running").tag("service", "image").gauge().value()
                        == 0);
    }

    @Test
    void anOverwrittenObjectIsMadeAnew() throws Exception {
        renditions.get(plan("1"), WAITING);
        var second = renditions.get(plan("2"), WAITING);

        assertThat(second.body())
                .isEqualTo(new Body.InMemory(Buffer.buffer("2 imageView/1/w/200")));
        assertThat(runs).hasValue(2);
    }

    @Test
    void whatWasMadeWhileItsSourceChangedIsNotKept() throws Exception {
        isUnchanged = object -> !object.version().equals("1");
        renditions.get(plan("1"), WAITING);
        renditions.get(plan("2"), WAITING);

        assertThat(renditions.atHand(plan("1"))).isNull();
        assertThat(renditions.atHand(plan("2"))).isNotNull();
    }

    /** To look may be to ask another node. */
    @Test
    void whoLooksWhetherTheSourceHasChangedHoldsNoPlace() throws Exception {
        places = 1;
        var looks = new CountDownLatch(1);
        var tells = new CountDownLatch(1);
        isUnchanged =
                object -> {
                    if (object.version().equals("1")) {
                        looks.countDown();
                        Samples.awaited(tells);
                    }
                    return true;
                };
        var first = new FutureTask<>(() -> renditions.get(plan("1"), WAITING));
        Thread.ofVirtual().start(first);
        looks.await();

        var second = new FutureTask<>(() -> renditions.get(plan("2"), WAITING));
        Thread.ofVirtual().start(second);
        Samples.soon(second::isDone);

        assertThat(second.get().madeBy()).containsExactly(Samples.MAKER);
        assertThat(renditions.atHand(plan("1"))).isNull();
        tells.countDown();
        assertThat(first.get()).isEqualTo(renditions.atHand(plan("1")));
    }

    @Test
    void anotherVersionOfTheServiceMakesItAnew() throws Exception {
        renditions.get(plan("1"), WAITING);
        var identity =
                new Identity(
                        "lumiere", "test", "image", Version.parse("0.2.0"), "local", "host", "i");
        registry.register(
                new Instance(
                        identity,
                        "a",
                        List.of(new Address.Tcp("127.0.0.1", 1)),
                        Map.of("ops", "imageView")),
                Duration.ofMinutes(1));
        Samples.soon(() -> !plan("1").makers().getFirst().equals(Samples.MAKER));

        assertThat(renditions.atHand(plan("1"))).isNull();
    }

    @Test
    void whatOthersMadeThanWerePlannedIsNotKeptAsTheirs() throws Exception {
        run =
                work -> {
                    var output = make(work);
                    var older = new ServiceVersion("image", Version.parse("0.0.9"));
                    return new Output(
                            output.body(), output.contentType(), List.of(older), List.of());
                };
        renditions.get(plan("1"), WAITING);

        assertThat(renditions.atHand(plan("1"))).isNull();
    }

    @Test
    void withoutACacheEveryResultIsMade() throws Exception {
        renditions.close();
        open(RenditionConfig.in(folder).withoutCache());
        renditions.get(plan("1"), WAITING);
        renditions.get(plan("1"), WAITING);

        assertThat(renditions.atHand(plan("1"))).isNull();
        assertThat(runs).hasValue(2);
    }

    @Test
    void anUnknownOperationIsRefused() {
        assertThatThrownBy(() ->
                        renditions.plan(Samples.object("1"), Pipeline.decode("x"), Instant.MAX))
                .hasMessageContaining("400 unknown operation: x");
    }

    private void open(RenditionConfig config) {
        metrics = new SimpleMeterRegistry();
        renditions =
                new Renditions(
                        config,
                        operations,
                        _ -> places,
                        work -> run.run(work),
                        Samples.noInputs(),
                        _ -> null,
                        object -> isUnchanged.test(object),
                        () -> Instant.EPOCH,
                        metrics);
    }

    private Plan plan(String version) {
        try {
            return renditions.plan(Samples.object(version), SMALL, Instant.MAX);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Output make(Work work) {
        runs.incrementAndGet();
        var text = work.source().version() + " " + work.pipeline().canonical();
        return new Output(Buffer.buffer(text), "image/webp", List.of(Samples.MAKER), List.of());
    }

    private double count(String name, String... tags) {
        return metrics.get("lumiere.rendition." + name).tags(tags).functionCounter().count();
    }
}
