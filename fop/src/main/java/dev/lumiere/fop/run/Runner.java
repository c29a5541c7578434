package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.fop.Capability;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.PercentEncoding;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.source.SourceGrants;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Retry;
import dev.lumiere.service.Services;
import dev.lumiere.service.Span;
import dev.lumiere.service.Spans;
import dev.lumiere.service.Upstream;
import dev.lumiere.service.UpstreamRequest;
import dev.lumiere.service.UpstreamResponse;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Query;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs pipelines on workers: routes the stages to services, sends each call with its source, and
 * tries again where that is safe. To be called on virtual threads; an interrupt ends the work.
 */
public final class Runner {
    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final Buffer NOTHING = Buffer.buffer();
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int USUAL_CONCURRENCY = 8;
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final OperationTable operations;
    private final Services services;
    private final @Nullable SourceSocket sources;
    private final RunnerConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BodyBuffers buffers;
    private final Precautions precautions;
    private final ConcurrentMap<Query, Gate> gates = new ConcurrentHashMap<>();

    /** A service as the runner sees it. */
    record House(Upstream upstream, Gate gate) {}

    /**
     * What a stage works on.
     *
     * @param body sent along, or null
     * @param url where it is to be read, or null
     * @param lent the memory of {@code body} to give back, or null
     */
    private record Input(
            String contentType,
            @Nullable Buffer body,
            @Nullable Capability url,
            BodyBuffers.@Nullable Body lent) {}

    /**
     * A runner.
     *
     * @param sources where workers read what is too large to send; null refuses that
     */
    public Runner(
            OperationTable operations,
            Services services,
            @Nullable SourceSocket sources,
            RunnerConfig config,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.operations = operations;
        this.services = services;
        this.sources = sources;
        this.config = config;
        this.clock = clock;
        this.random = random;
        buffers = new BodyBuffers(config.maxKeptBytes());
        precautions = new Precautions(config, clock, metrics);
    }

    /**
     * Runs the pipeline, waiting for workers as long as it takes, up to the deadline.
     *
     * @throws Problem.Refused if the source, a stage or a worker fails: what to answer
     * @throws CancellationException if the thread was interrupted
     */
    public Output run(Work work) {
        var calls = operations.route(work.pipeline(), work.source().contentType(), work.format());
        calls.forEach(call -> precautions.refuseHeld(work, call));

        var begin = clock.instant();
        var spans = new Spans(clock);
        var madeBy = new ArrayList<ServiceVersion>();
        try (var grants = sources == null ? null : sources.grants(work.deadline())) {
            var reductions =
                    Reductions.of(work, calls.getFirst(), grants, handsTo(calls.getFirst()));
            var further = new GrantedInputs(work.inputs(), grants);
            Input input;
            try (var _ = spans.start("read")) {
                input =
                        reductions.replaceSource()
                                ? new Input(work.source().contentType(), NOTHING, null, null)
                                : input(work.source(), calls.getFirst(), grants);
            }
            UpstreamResponse response = null;
            for (var call : calls) {
                var isFirst = response == null;
                if (response != null) {
                    input = input(response.body(), type(response), grants);
                }
                var named =
                        joined(
                                isFirst ? reductions.inputHeader() : null,
                                further.header(call, source -> isHanded(source, call)));
                var outputs = isFirst ? reductions.outputHeader() : null;
                response = perform(work, call, input, named, outputs, begin, spans);
                madeBy.add(maker(response.instance()));
            }
            if (response == null) {
                throw new IllegalStateException("a pipeline without a call");
            }
            return new Output(
                    response.body(), type(response), madeBy, spans.list(), reductions.made());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static @Nullable String joined(@Nullable String one, @Nullable String other) {
        return one == null ? other : other == null ? one : one + "," + other;
    }

    private UpstreamResponse perform(
            Work work,
            Call call,
            Input input,
            @Nullable String inputs,
            @Nullable String outputs,
            Instant begin,
            Spans spans)
            throws InterruptedException {
        var house = house(call);
        var attempts =
                new Attempts(
                        work,
                        call,
                        request(work, call, input, inputs, outputs),
                        house,
                        precautions,
                        config,
                        begin,
                        clock,
                        random);
        UpstreamResponse response;
        var start = clock.instant();
        try {
            response = attempts.answer();
        } finally {
            var end = clock.instant();
            spans.add(
                    new Span(call.offer().maker().service(), start, Duration.between(start, end)));
        }
        for (var step : Spans.parse(response.headers().get("Server-Timing"), clock.instant())) {
            var name = call.offer().maker().service() + "." + step.name();
            spans.add(new Span(name, step.start(), step.duration()));
        }
        if (response.status() != 200) {
            throw refusal(call, response).refused();
        }
        if (input.lent() != null && call.offer().encoded() && attempts.count() == 1) {
            buffers.recycle(input.lent());
        }
        return response;
    }

    private House house(Call call) {
        var gate =
                gates.computeIfAbsent(
                        call.to(), to -> new Gate(() -> room(services.find(to)), clock));
        return new House(services.find(call.to()), gate);
    }

    /** One request in work and one ready in each slot of all instances. */
    private static int room(Upstream upstream) {
        return 2 * upstream.instances().stream().mapToInt(Runner::concurrency).sum();
    }

    private static int concurrency(Instance instance) {
        try {
            return Math.clamp(
                    Integer.parseInt(instance.metadata().getOrDefault("concurrency", "")), 1, 1024);
        } catch (NumberFormatException _) {
            return USUAL_CONCURRENCY;
        }
    }

    private Input input(Source source, Call call, @Nullable SourceGrants grants) {
        return switch (source) {
            case Source.InMemory(_, var type, _, _, var bytes) -> input(bytes, type, grants);
            case Source.OnDisk onDisk -> {
                var isHanded = isHanded(onDisk, call);
                var file = onDisk.opener().open();
                if (file == null) {
                    throw changed(source);
                }
                yield input(file, onDisk, isHanded, grants);
            }
        };
    }

    private Input input(
            OpenFile file, Source.OnDisk source, boolean isHanded, @Nullable SourceGrants grants) {
        var type = source.contentType();
        if (grants != null && source.size() > config.maxBodyBytes()) {
            return new Input(type, null, grants.input(file, type), null);
        }
        try (file) {
            if (source.size() > config.maxBodyBytes()) {
                throw tooLarge(source.size());
            }
            if (grants != null && isHanded && file.hasDescriptor()) {
                return new Input(type, null, grants.input(file.sealed(), type), null);
            }
            var body = buffers.read(file, source);
            return new Input(type, body.bytes(), null, body);
        } catch (ClosedByInterruptException _) {
            throw new CancellationException("interrupted while reading " + source.key());
        } catch (EOFException _) {
            throw changed(source);
        } catch (IOException e) {
            throw Problem.of(500, "the source cannot be read: " + source.key()).refused();
        }
    }

    /**
     * Whether whoever gets the call is given a sealed copy to read: a socket would cost more, and
     * for what is larger than a body the copy would cost too much memory.
     */
    private boolean isHanded(Source source, Call call) {
        return source.size() >= config.minHandedBytes()
                && source.size() <= config.maxBodyBytes()
                && handsTo(call);
    }

    /** Whether whoever gets the call can be handed open files. */
    private boolean handsTo(Call call) {
        return call.offer().descriptors()
                && sources != null
                && sources.handsDescriptors()
                && services.find(call.to()).isAllOnThisHost();
    }

    private Input input(Buffer bytes, String type, @Nullable SourceGrants grants) {
        if (bytes.length() <= config.maxBodyBytes()) {
            return new Input(type, bytes, null, null);
        }
        return new Input(type, null, offered(grants, bytes.length()).input(bytes, type), null);
    }

    private static SourceGrants offered(@Nullable SourceGrants grants, long size) {
        if (grants == null) {
            throw tooLarge(size);
        }
        return grants;
    }

    private static Problem.Refused tooLarge(long size) {
        return Problem.of(413, "file size over limit: " + size).refused();
    }

    static Problem.Refused changed(Source source) {
        return Problem.unavailable("the source has changed: " + source.key(), COME_AGAIN).refused();
    }

    private UpstreamRequest request(
            Work work, Call call, Input input, @Nullable String inputs, @Nullable String outputs) {
        var headers =
                MultiMap.caseInsensitiveMultiMap()
                        .set("traceparent", work.trace().child(random).traceparent())
                        .set("X-Reqid", work.requestId())
                        .set("X-Qiniu-Mime", input.contentType());
        var source = work.source();
        if (!source.bucket().isEmpty()) {
            headers.set("X-Qiniu-Bucket", PercentEncoding.encode(source.bucket()));
        }
        if (!source.key().isEmpty()) {
            headers.set("X-Qiniu-Key", PercentEncoding.encode(source.key()));
        }
        if (input.body() != null) {
            headers.set("Content-Type", input.contentType());
        }
        if (call.offer().encoded()) {
            headers.set("Lumiere-Encoded", "1");
        }
        if (inputs != null) {
            headers.set("Lumiere-Inputs", inputs);
        }
        if (outputs != null) {
            headers.set("Lumiere-Outputs", outputs);
        }
        var target = "/handler?cmd=" + PercentEncoding.encode(call.command());
        if (input.url() != null) {
            target += "&url=" + PercentEncoding.encode(input.url().url());
        }
        return new UpstreamRequest(
                HttpMethod.POST,
                target,
                headers,
                input.body(),
                work.deadline(),
                null,
                Retry.NEVER,
                config.maxResultBytes());
    }

    private static ServiceVersion maker(Instance instance) {
        var identity = instance.identity();
        return new ServiceVersion(identity.name(), identity.version());
    }

    private static String type(UpstreamResponse response) {
        var type = response.headers().get("Content-Type");
        return type == null ? UNKNOWN_TYPE : type;
    }

    /** A worker's refusal is passed on as it is, in our form. */
    private static Problem refusal(Call call, UpstreamResponse response) {
        var status = response.status();
        var service = call.offer().maker().service();
        if (status < 400 || status > 599) {
            return Problem.of(502, service + " answered with status " + status);
        }
        if (response.body().length() <= MAX_ERROR_BYTES) {
            try {
                if (new JsonObject(response.body()).getValue("error") instanceof String error) {
                    return Problem.of(status, error);
                }
            } catch (DecodeException | ClassCastException _) {
                // not JSON: a custom service may say what it wants
            }
        }
        return Problem.of(status, call.operations() + " failed with status " + status);
    }
}
