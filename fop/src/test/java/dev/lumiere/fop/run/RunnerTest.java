package dev.lumiere.fop.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.fop.InputReference;
import dev.lumiere.fop.Offer;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.Stage;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.fop.worker.WorkHandler;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.fop.worker.Worker;
import dev.lumiere.fop.worker.WorkerConfig;
import dev.lumiere.service.ClientConfig;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Services;
import dev.lumiere.service.Span;
import dev.lumiere.service.TraceContext;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerTest {
    private static final Map<String, String> ENCODED =
            Map.of("ops", "echo,upper", "encoded", "true", "concurrency", "4");

    /** Which requests of many find their worker killed, by nobody's fault. */
    private static final Set<Integer> KILLING = Set.of(100, 250, 400);

    private static final RunnerConfig CONFIG =
            new RunnerConfig(
                    1000,
                    500,
                    1 << 20,
                    1 << 20,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofMinutes(10),
                    100);

    @TempDir Path folder;
    private final Random random = new Random(7);
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final InstantSource clock = InstantSource.system();
    private final MemoryRegistry registry = MemoryRegistry.start(clock);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Services services =
            new Services(vertx, registry, ClientConfig.of("a", "host"), clock, random, metrics);
    private final OperationTable table = new OperationTable(registry, clock, List.of());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
        table.close();
        services.close();
        registry.close();
        vertx.close().await();
    }

    @Test
    void aPipelineRunsAcrossTwoServices() {
        var seen = new AtomicReference<>(List.<Stage>of());
        worker(
                "image",
                "0.1.0",
                ENCODED,
                request -> {
                    seen.set(request.stages());
                    try (var _ = request.spans().start("decode")) {
                        return WorkResult.of(
                                "text/x-upper",
                                text(request).toUpperCase(Locale.ROOT).getBytes(UTF_8));
                    }
                });
        var custom = new AtomicReference<>("");
        var headers = new AtomicReference<>(MultiMap.caseInsensitiveMultiMap());
        farm(
                        "custom",
                        Map.of("ops", "mark"),
                        (_, request, body) -> {
                            custom.set(request.uri());
                            headers.set(request.headers());
                            request.response()
                                    .putHeader("Content-Type", "text/x-mark")
                                    .end(body.copy().appendString("!"));
                        })
                .start(1);

        var work = work("mark-me", "upper/a%2Fb|echo|mark/x%2Fy/%25|echo");
        var output = runner(null).run(work);

        assertThat(output.body().toString()).isEqualTo("MARK-ME!");
        assertThat(output.contentType()).isEqualTo("text/x-upper");
        assertThat(output.madeBy())
                .extracting(ServiceVersion::toString)
                .containsExactly("image@0.1.0", "custom@1.0.0", "image@0.1.0");
        assertThat(output.spans())
                .extracting(Span::name)
                .contains("read", "image", "image.decode", "custom");
        assertThat(seen.get()).containsExactly(new Stage("echo", List.of()));
        assertThat(custom.get()).isEqualTo("/handler?cmd=mark%2Fx%2Fy%2F%25");
        assertThat(headers.get().get("Content-Type")).isEqualTo("text/x-upper");
        assertThat(headers.get().get("X-Reqid")).isEqualTo("r1");
        assertThat(headers.get().get("X-Qiniu-Key")).isEqualTo("caf%C3%A9%2F1.txt");
        assertThat(headers.get().contains("Lumiere-Encoded")).isFalse();
        assertThat(headers.get().get("traceparent"))
                .startsWith("00-" + work.trace().traceId())
                .isNotEqualTo(work.trace().traceparent());
    }

    @Test
    void aWorkerThatDiesInFlightIsNoFailure() throws Exception {
        var hit = new CountDownLatch(1);
        var farm =
                farm(
                                "image",
                                ENCODED,
                                (hand, request, body) -> {
                                    if (hit.getCount() > 0) {
                                        hit.countDown();
                                        hand.kill();
                                    } else {
                                        request.response().end(body);
                                    }
                                })
                        .start(2);

        assertThat(runner(null).run(work("a", "echo")).body()).hasToString("a");
        assertThat(farm.deaths()).isEqualTo(1);
    }

    @Test
    void aSourceThatKillsKillsTwoAndIsHeld() {
        var farm = farm("image", ENCODED, RunnerTest::echoOrDie).start(4);
        var runner = runner(null);

        for (var i = 0; i < 5; i++) {
            assertThat(problem(() -> runner.run(work("kill", "echo/1"))))
                    .isEqualTo(Problem.of(500, "echo killed its worker"));
        }
        assertThat(problem(() -> runner.run(work("kill", "echo/2"))).status()).isEqualTo(500);
        assertThat(farm.deaths()).isEqualTo(2);
        assertThat(runner.run(work("fine", "echo/1")).body()).hasToString("fine");
        assertThat(runner.run(work("kill", "upper/1")).body()).as("another operation").isNotNull();
    }

    @Test
    void neighboursOfAKillerAreServed() throws Exception {
        var farm = farm("image", ENCODED, RunnerTest::echoOrDie).start(3);
        var runner = runner(null);

        var killers = inParallel(1, _ -> runner.run(work("kill", "echo")));
        var neighbours = inParallel(60, i -> runner.run(work("n" + i, "echo")));
        for (var i = 0; i < 60; i++) {
            assertThat(neighbours.get(i).get().body()).hasToString("n" + i);
        }
        assertThatThrownBy(killers.getFirst()::get).hasMessageContaining("killed its worker");
        assertThat(farm.deaths()).isBetween(2, 3);
    }

    @Test
    void killingAtRandomFailsNothing() throws Exception {
        var done = new AtomicInteger();
        var farm =
                farm(
                                "image",
                                ENCODED,
                                (hand, request, body) ->
                                        vertx.setTimer(
                                                10,
                                                _ -> {
                                                    if (KILLING.contains(done.incrementAndGet())) {
                                                        hand.kill();
                                                    } else {
                                                        request.response().end(body);
                                                    }
                                                }))
                        .start(3);
        var runner = runner(null);

        var all =
                inParallel(
                        200,
                        i -> {
                            for (var round = 0; round < 3; round++) {
                                var name = "s" + i + "-" + round;
                                assertThat(runner.run(work(name, "echo")).body()).hasToString(name);
                            }
                            return i;
                        });
        for (var each : all) {
            each.get();
        }
        assertThat(farm.deaths()).isEqualTo(KILLING.size());
    }

    @Test
    void aWholeServiceThatDiesAtOnceIsWaitedFor() throws Exception {
        var killed = new AtomicInteger();
        var everybody = new CompletableFuture<Farm>();
        var farm =
                farm(
                                "image",
                                ENCODED,
                                (_, request, body) -> {
                                    if (killed.getAndIncrement() == 4) {
                                        everybody.join().alive().forEach(Farm.Hand::kill);
                                    }
                                    vertx.setTimer(10, _ -> request.response().end(body));
                                })
                        .start(2);
        everybody.complete(farm);
        var runner = runner(null);

        var same = inParallel(50, i -> runner.run(work("same", "echo/" + i)));
        for (var each : same) {
            assertThat(each.get().body()).hasToString("same");
        }
        assertThat(farm.deaths()).isEqualTo(2);
    }

    @Test
    void workThatRunsIntoItsDeadlineIsHeld() {
        var asked = new AtomicInteger();
        farm("image", ENCODED, (_, _, _) -> asked.incrementAndGet()).start(2);
        var runner = runner(null);

        for (var i = 0; i < 2; i++) {
            assertThat(problem(() -> runner.run(work("slow", "echo", Duration.ofMillis(300)))))
                    .isEqualTo(Problem.timeout("processing timeout"));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aDeadlineThatHadPassedBeforeIsNotHeldAgainstTheSource() {
        farm("image", ENCODED, RunnerTest::echoOrDie).start(1);
        var runner = runner(null);
        assertThat(runner.run(work("first", "echo")).body()).hasToString("first");

        assertThat(problem(() -> runner.run(work("late", "echo", Duration.ofSeconds(-1)))))
                .isEqualTo(Problem.timeout("processing timeout"));
        assertThat(runner.run(work("late", "echo")).body()).hasToString("late");
    }

    @Test
    void aFullWorkerSendsElsewhere() {
        var refused = new AtomicInteger();
        farm(
                        "image",
                        ENCODED,
                        (_, request, body) -> {
                            if (refused.incrementAndGet() <= 3) {
                                request.response().setStatusCode(503).end();
                            } else {
                                request.response().end(body);
                            }
                        })
                .start(2);

        assertThat(runner(null).run(work("a", "echo")).body()).hasToString("a");
        assertThat(refused).hasValue(4);
    }

    @Test
    void anInstanceThatComesInTimeIsWaitedFor() throws Exception {
        var farm = farm("image", ENCODED, RunnerTest::echoOrDie);
        try (var early = expecting("image", ENCODED)) {
            var runner = runner(null, early, CONFIG);
            var waiting = inParallel(1, _ -> runner.run(work("a", "echo")));
            farm.start(1);
            assertThat(waiting.getFirst().get().body()).hasToString("a");
        }
    }

    @Test
    void withNobodyThereItIsUnavailableForAWhile() {
        try (var early = expecting("image", ENCODED)) {
            var impatient =
                    new RunnerConfig(
                            10,
                            0,
                            0,
                            10,
                            Duration.ofMillis(50),
                            Duration.ofMillis(50),
                            Duration.ofSeconds(1),
                            1);
            assertThat(problem(() -> runner(null, early, impatient).run(work("a", "echo"))))
                    .isEqualTo(
                            Problem.unavailable(
                                    "no instance of image is alive", Duration.ofSeconds(1)));
        }
    }

    @Test
    void whatAWorkerRefusesIsPassedOn() {
        farm(
                        "image",
                        ENCODED,
                        (_, request, body) -> {
                            var response = request.response();
                            switch (body.toString()) {
                                case "json" ->
                                        response.setStatusCode(400)
                                                .end("{\"error\":\"bad argument: w\"}");
                                case "text" -> response.setStatusCode(579).end("oops");
                                default -> response.setStatusCode(302).end();
                            }
                        })
                .start(1);
        var runner = runner(null);

        assertThat(problem(() -> runner.run(work("json", "echo"))))
                .isEqualTo(Problem.badRequest("bad argument: w"));
        assertThat(problem(() -> runner.run(work("text", "echo"))))
                .isEqualTo(Problem.of(579, "echo failed with status 579"));
        assertThat(problem(() -> runner.run(work("other", "echo"))))
                .isEqualTo(Problem.of(502, "image answered with status 302"));
    }

    @Test
    void aSmallFileIsSentAndALargeOneOffered() throws Exception {
        var sources =
                new SourceSocket(vertx, folder.resolve("s"), folder.resolve("t"), clock, random);
        opened.add(sources);
        worker(
                "image",
                "0.1.0",
                ENCODED,
                request ->
                        WorkResult.of(
                                "text/plain",
                                (request.source().getClass().getSimpleName()
                                                + " "
                                                + request.source().size())
                                        .getBytes(UTF_8)));
        var runner = runner(sources);

        assertThat(runner.run(work(file("empty", 0), "echo")).body()).hasToString("InMemory 0");
        for (var round = 0; round < 3; round++) {
            assertThat(runner.run(work(file("small", 900 + round), "echo")).body())
                    .hasToString("InMemory " + (900 + round));
        }
        assertThat(runner.run(work(file("large", 100_000), "echo")).body())
                .hasToString("SourceInput 100000");
        assertThat(problem(() -> runner(null).run(work(file("large", 100_000), "echo"))))
                .isEqualTo(Problem.of(413, "file size over limit: 100000"));
    }

    @ParameterizedTest
    @CsvSource({"true, host, SourceInput", "true, elsewhere, InMemory", "false, host, InMemory"})
    void aFileIsHandedToAWorkerOfTheSameHostThatTakesIt(
            String takesIt, String hostname, String input) throws Exception {
        var sources =
                new SourceSocket(vertx, folder.resolve("s"), folder.resolve("t"), clock, random);
        opened.add(sources);
        var facts = new HashMap<>(ENCODED);
        facts.put("descriptors", takesIt);
        worker(
                "image",
                "0.1.0",
                hostname,
                facts,
                request -> {
                    var source = request.source();
                    var word = source.getClass().getSimpleName() + " " + source.contentType() + " ";
                    return WorkResult.of(
                            "text/plain", (word + text(request).length()).getBytes(UTF_8));
                });
        var runner = runner(sources);
        await().until(() -> !services.find(Query.named("image")).instances().isEmpty());

        assertThat(runner.run(work(file("handed", 600), "echo")).body())
                .hasToString(input + " text/plain 600");
        assertThat(runner.run(work(file("small", 400), "echo")).body())
                .hasToString("InMemory text/plain 400");
    }

    @Test
    void aSourceThatChangesOrVanishesIsSaid() throws Exception {
        farm("image", ENCODED, RunnerTest::echoOrDie).start(1);
        var runner = runner(null);

        var shrunk = file("shrunk", 500);
        Files.write(folder.resolve("shrunk.bin"), new byte[499]);
        assertThat(problem(() -> runner.run(work(shrunk, "echo"))))
                .isEqualTo(
                        Problem.unavailable(
                                "the source changed while it was read: shrunk",
                                Duration.ofSeconds(1)));
        var gone = file("gone", 500);
        Files.delete(folder.resolve("gone.bin"));
        assertThat(problem(() -> runner.run(work(gone, "echo"))))
                .isEqualTo(
                        Problem.unavailable("the source has changed: gone", Duration.ofSeconds(1)));
    }

    @Test
    void anInterruptEndsTheWork() throws Exception {
        var arrived = new CompletableFuture<HttpServerRequest>();
        var closed = new CountDownLatch(1);
        farm(
                        "image",
                        ENCODED,
                        (_, request, _) -> {
                            request.response().closeHandler(_ -> closed.countDown());
                            arrived.complete(request);
                        })
                .start(2);
        await().until(() -> table.knows("echo"));
        var runner = runner(null);
        var ended = new CompletableFuture<Throwable>();
        var thread =
                Thread.startVirtualThread(() -> {
                    try {
                        runner.run(work("a", "echo"));
                    } catch (CancellationException e) {
                        ended.complete(e);
                    }
                });

        arrived.get();
        thread.interrupt();

        assertThat(ended.get()).isInstanceOf(CancellationException.class);
        closed.await();
    }

    @Test
    void furtherInputsAreGrantedToTheCallsThatReferToThem() throws Exception {
        var mark = Base64Values.encode("http://a.example/mark.png");
        var key = Base64Values.encode("logo");
        var opened = new AtomicInteger();
        var metadata = new HashMap<>(ENCODED);
        metadata.putAll(Map.of("ops", "echo,stamp", "inputs", "stamp:image,stamp:imageKey"));
        worker("image", "0.1.0", metadata, RunnerTest::stamped);
        farm("custom", Map.of("ops", "plain"), (_, r, body) -> r.response().end(body)).start(1);
        var logo = file("logo", 700);
        var counted =
                new Source.OnDisk(
                        "v",
                        "image/png",
                        700,
                        "demo",
                        "logo",
                        () -> {
                            opened.incrementAndGet();
                            return logo.opener().open();
                        });
        var stage = "stamp/3/image/" + mark + "%3D/imageKey/" + key;
        var work =
                marked(
                        stage + "|echo|plain|" + stage,
                        Map.of(
                                mark,
                                new Source.InMemory("h", "text/x-mark", "", "", Buffer.buffer("!")),
                                key,
                                counted));
        try (var sources = sources()) {
            var output = runner(sources).run(work);

            var once = " text/x-mark:! image/png:" + "x".repeat(700);
            assertThat(output.body().toString()).isEqualTo("a" + once + once);
            assertThat(opened).hasValue(1);
        }
    }

    @Test
    void aWorkerHearsOfAsManyInputsAsAPipelineMayHave() {
        var metadata = new HashMap<>(ENCODED);
        metadata.putAll(Map.of("ops", "echo,stamp", "inputs", "stamp:image"));
        worker("image", "0.1.0", metadata, RunnerTest::stamped);
        var stage = new StringBuilder("stamp");
        var inputs = new HashMap<String, Source>();
        for (var i = 0; i < InputReference.MAX_INPUTS; i++) {
            var name = Base64Values.encode((char) ('a' + i) + "x".repeat(613));
            stage.append("/image/").append(name);
            inputs.put(name, new Source.InMemory("h" + i, "t", "", "", Buffer.buffer("" + i % 10)));
        }
        try (var sources = sources()) {
            var output = runner(sources).run(marked(stage.toString(), inputs));

            assertThat(output.body().toString().replace(" t:", ""))
                    .isEqualTo("a01234567890123456789");
        }
    }

    @Test
    void anInputThatIsGoneOrThatNobodyPlannedIsTriedAgainLater() throws Exception {
        var key = Base64Values.encode("logo");
        var metadata = new HashMap<>(ENCODED);
        metadata.putAll(Map.of("ops", "echo,stamp", "inputs", "stamp:image"));
        worker("image", "0.1.0", metadata, RunnerTest::stamped);
        var gone = new Source.OnDisk("v", "image/png", 7, "demo", "logo", () -> null);
        try (var sources = sources()) {
            var runner = runner(sources);

            assertThat(problem(() -> runner.run(marked("stamp/image/" + key, Map.of(key, gone)))))
                    .isEqualTo(
                            Problem.unavailable(
                                    "the source has changed: logo", Duration.ofSeconds(1)));
            assertThat(problem(() -> runner.run(marked("stamp/image/" + key, Map.of()))).status())
                    .isEqualTo(503);
            assertThat(problem(() -> runner.run(marked("stamp/image/%25", Map.of()))).error())
                    .isEqualTo("bad argument: image");
        }
        var mark = new Source.InMemory("h", "text/x", "", "", Buffer.buffer("!"));
        assertThat(
                        problem(() ->
                                        runner(null)
                                                .run(
                                                        marked(
                                                                "stamp/image/" + key,
                                                                Map.of(key, mark))))
                                .status())
                .isEqualTo(501);
    }

    @Test
    void anInputThatKillsIsNotHeldAgainstTheSource() {
        var bad = Base64Values.encode("bad");
        var good = Base64Values.encode("good");
        var metadata = Map.of("ops", "echo", "inputs", "echo:image");
        farm(
                        "image",
                        metadata,
                        (hand, request, body) -> {
                            if (request.uri().contains(bad)) {
                                hand.kill();
                            } else {
                                request.response().end(body);
                            }
                        })
                .start(2);
        try (var sources = sources()) {
            var runner = runner(sources);
            var mark = new Source.InMemory("h", "text/x", "", "", Buffer.buffer("!"));
            var other = new Source.InMemory("i", "text/x", "", "", Buffer.buffer("?"));

            for (var i = 0; i < 2; i++) {
                assertThat(
                                problem(() ->
                                        runner.run(marked("echo/image/" + bad, Map.of(bad, mark)))))
                        .isEqualTo(Problem.of(500, "echo killed its worker"));
            }
            assertThat(runner.run(marked("echo/image/" + good, Map.of(good, other))).body())
                    .isEqualTo(Buffer.buffer("a"));
        }
    }

    /** Text, and after it what each image that a stage refers to says. */
    private static WorkResult stamped(WorkRequest request) {
        var text = new StringBuilder(text(request));
        for (var stage : request.stages()) {
            for (var i = 0; i + 1 < stage.arguments().size(); i++) {
                if (stage.arguments().get(i).startsWith("image")) {
                    var input = request.input(stage.arguments().get(i + 1));
                    text.append(' ').append(input.contentType()).append(':');
                    text.append(new String(input.bytes().toArray(ValueLayout.JAVA_BYTE), UTF_8));
                }
            }
        }
        return WorkResult.of("text/plain", text.toString().getBytes(UTF_8));
    }

    private SourceSocket sources() {
        return new SourceSocket(
                vertx, folder.resolve("s"), folder.resolve("scratch"), clock, random);
    }

    private Work marked(String pipeline, Map<String, Source> inputs) {
        var plain = work("a", pipeline);
        return new Work(
                plain.source(),
                plain.pipeline(),
                null,
                plain.trace(),
                "r1",
                plain.deadline(),
                inputs,
                Reducing.NOT);
    }

    /** Answers the body, but one that says so ends the server it reaches. */
    private static void echoOrDie(Farm.Hand hand, HttpServerRequest request, Buffer body) {
        if (body.toString().equals("kill") && request.uri().contains("cmd=echo")) {
            hand.kill();
        } else {
            request.response().end(body);
        }
    }

    private Runner runner(@Nullable SourceSocket sources) {
        await().until(() -> table.knows("echo"));
        return runner(sources, table, CONFIG);
    }

    private Runner runner(
            @Nullable SourceSocket sources, OperationTable operations, RunnerConfig config) {
        return new Runner(operations, services, sources, config, clock, random, metrics);
    }

    private OperationTable expecting(String service, Map<String, String> metadata) {
        var offer = Offer.of(service, Version.parse("1.0.0"), metadata);
        return new OperationTable(registry, clock, List.of(offer));
    }

    private Farm farm(String service, Map<String, String> metadata, Farm.Handler handler) {
        var farm = new Farm(vertx, registry, folder, service, metadata, handler);
        opened.add(farm);
        return farm;
    }

    private void worker(
            String name, String version, Map<String, String> metadata, WorkHandler handler) {
        worker(name, version, "host", metadata, handler);
    }

    private void worker(
            String name,
            String version,
            String hostname,
            Map<String, String> metadata,
            WorkHandler handler) {
        var listen = hostname.equals("host") ? "unix:" + folder.resolve(name) : "tcp://127.0.0.1:0";
        var running =
                Worker.named(name, version)
                        .offers(metadata)
                        .handler(handler)
                        .start(
                                WorkerConfig.from(
                                        Map.of(
                                                "LUMIERE_WORKER_LISTEN",
                                                listen,
                                                "LUMIERE_WORKER_SOURCE",
                                                folder.resolve("s").toString())));
        opened.add(running);
        registry.register(
                new Instance(
                        new Identity("u", "e", name, Version.parse(version), "r", hostname, name),
                        "a",
                        List.of(running.address()),
                        metadata),
                Duration.ofHours(1));
    }

    private static String text(WorkRequest request) {
        return new String(request.source().bytes().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    private Source.OnDisk file(String name, int size) throws IOException {
        var file = Files.write(folder.resolve(name + ".bin"), "x".repeat(size).getBytes(UTF_8));
        return new Source.OnDisk(
                name + size, "text/plain", size, "demo", name, () -> opened(file.getFileName()));
    }

    private @Nullable OpenFile opened(Path name) {
        try {
            return OpenFile.beneath(folder, name);
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Work work(String text, String pipeline) {
        return work(text, pipeline, Duration.ofMinutes(1));
    }

    private Work work(String text, String pipeline, Duration within) {
        var source =
                new Source.InMemory(text, "text/plain", "demo", "café/1.txt", Buffer.buffer(text));
        return work(source, pipeline, within);
    }

    private Work work(Source source, String pipeline) {
        return work(source, pipeline, Duration.ofMinutes(1));
    }

    private Work work(Source source, String pipeline, Duration within) {
        var deadline = clock.instant().plus(within);
        var trace = TraceContext.root(random);
        return new Work(source, Pipeline.decode(pipeline), null, trace, "r1", deadline);
    }

    private static Problem problem(ThrowingCallable call) {
        return catchThrowableOfType(Problem.Refused.class, call).problem();
    }

    private interface Numbered<T> {
        T run(int i) throws Exception;
    }

    private <T> List<Future<T>> inParallel(int count, Numbered<T> task) {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        opened.add(threads);
        var futures = new ArrayList<Future<T>>();
        for (var i = 0; i < count; i++) {
            var number = i;
            futures.add(threads.submit(() -> task.run(number)));
        }
        return futures;
    }
}
