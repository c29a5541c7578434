package dev.lumiere.gateway;

import dev.lumiere.fop.OperationTable;
import dev.lumiere.rendition.Body;
import dev.lumiere.rendition.Rendition;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import dev.lumiere.service.limit.RateLimits;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.rule.CorsRule;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.source.Via;
import dev.lumiere.storage.upload.SavedResults;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a request: admit, resolve, produce, answer. {@code walk} is that way, from top to
 * bottom.
 *
 * <p>It is walked on the event loop first, against memory alone. Where a step has nothing at hand
 * the walk ends there, and is begun again, the same way, on a virtual thread that may wait. What is
 * asked for most, whole results from memory, does not even come so far: {@link QuickAnswers}.
 */
public final class RequestPath implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPath.class);
    private static final int MAX_WALKS = 3;

    /** What this surface says for 500. */
    private static final int FAILED = 599;

    /** What is said of a signature by a key that is not known. */
    private static final int UNSIGNED = 401;

    /** What a client that went away would have been told; nginx writes this in its log. */
    static final Problem DEPARTED = Problem.of(499, "the client went away");

    private final Buckets buckets;
    private final Throttle throttle;
    private final Admit admit;
    private final Resolve resolve;
    private final Produce produce;
    private final Substitutes substitutes;
    private final ResultHeaders headers;
    private final Answer answer;
    private final Saving saving;
    private final RequestMeter meter;
    private final Duration deadline;
    private final Executor virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Puts the steps together.
     *
     * @param keys that may have signed downloads, and what is to be saved
     * @param saved where results are kept that are to be saved; null for nowhere
     * @param random draws trace ids; used by several threads
     */
    public RequestPath(
            GatewayConfig config,
            Buckets buckets,
            KeyRing keys,
            OperationTable operations,
            Renditions renditions,
            @Nullable SavedResults saved,
            MeterRegistry metrics,
            InstantSource clock,
            RandomGenerator random) {
        this.buckets = buckets;
        throttle = new Throttle(new RateLimits(config.limits(), System::nanoTime));
        admit =
                new Admit(
                        new BucketHosts(
                                config.domain().toLowerCase(Locale.ROOT),
                                buckets::has,
                                buckets::at),
                        config.trustsForwarded(),
                        buckets::rules,
                        operations::knows,
                        new DownloadRights(buckets, keys, clock));
        resolve = new Resolve(buckets);
        substitutes = new Substitutes(config.fallbackMaxAge(), config.fallbackKeepsStatus());
        headers = new ResultHeaders(buckets, config.maxAge());
        answer = new Answer(buckets, headers);
        saving = new Saving(buckets, keys, throttle, saved, clock);
        produce = new Produce(config, renditions, answer, saving);
        meter = new RequestMeter(metrics);
        deadline = config.deadline();
        this.clock = clock;
        this.random = random;
    }

    /** What memory has for a request. */
    record Hit(Found found, Rendition rendition, Buffer bytes) {}

    /** How far a walk may go for what it needs. */
    enum Reach {
        MEMORY,
        ANYWHERE;

        /** Those keys, looked up so far. */
        KeyRing of(KeyRing keys) {
            return this == MEMORY ? keys : keys::lookUp;
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        var exchange = begin(request);
        if (request.method().equals(HttpMethod.OPTIONS)) {
            preflight(exchange);
        } else if (!walk(exchange, Reach.MEMORY)) {
            request.response().closeHandler(_ -> exchange.depart());
            var via = Via.of(exchange.headers(Via.HEADER));
            virtualThreads.execute(
                    () -> exchange.waitFor(() -> via.during(() -> walkAnywhere(exchange))));
        }
    }

    private void preflight(Exchange exchange) {
        try {
            throttle.countAddress(exchange);
            answer.preflight(exchange, corsRules(exchange));
        } catch (Problem.Refused refused) {
            answer.problem(exchange, refused.problem());
        }
    }

    private List<CorsRule> corsRules(Exchange exchange) {
        try {
            return buckets.settings(admit.bucket(exchange)).cors();
        } catch (Problem.Refused _) {
            return List.of(); // it names no bucket
        }
    }

    /** Answers a request that is none, such as one whose first line is too long; does not end. */
    void refuse(HttpServerRequest request, Problem problem) {
        answer.refusal(begin(request), problem);
    }

    private Exchange begin(HttpServerRequest request) {
        var trace = TraceContext.continued(request.getHeader("traceparent"), random);
        return new Exchange(request, trace, clock.instant().plus(deadline), meter);
    }

    /** The way of what needs neither waiting nor more of HTTP than a whole answer. */
    QuickAnswers quickAnswers() {
        return new QuickAnswers(this, headers);
    }

    QuickExchange beginQuickly(HttpRequest request, @Nullable InetAddress peer) {
        var trace = TraceContext.continued(request.headers().get("traceparent"), random);
        return new QuickExchange(request, peer, trace, meter);
    }

    /** The result that is asked for if it is in memory; null in every other case. */
    @Nullable Hit hit(Asked asked) {
        try {
            var wanted = admit.accept(asked, Reach.MEMORY);
            if (!wanted.mayBeWorkedUpon() || wanted.saveAs() != null) {
                return null;
            }
            var found = resolve.find(asked, wanted, Reach.MEMORY);
            var kept = found == null ? null : produce.atHand(asked, found);
            if (found != null
                    && kept != null
                    && kept.body() instanceof Body.InMemory(var bytes)
                    && throttle.passes(asked)) {
                return new Hit(found, kept, bytes);
            }
        } catch (RuntimeException | InterruptedException _) {
            // the walk meets the same, and says so; in memory nobody waits
        }
        return null;
    }

    /** A walk on which something vanished just as it was found is begun again. */
    private void walkAnywhere(Exchange exchange) {
        for (var walks = 0; walks < MAX_WALKS; walks++) {
            if (walk(exchange, Reach.ANYWHERE)) {
                return;
            }
        }
        answer.problem(
                exchange, Problem.unavailable("object changes too fast", Duration.ofSeconds(1)));
    }

    /** Whether it came to an answer. */
    private boolean walk(Exchange exchange, Reach reach) {
        try {
            var wanted = throttle.admitted(exchange, asked -> admit.accept(asked, reach));
            saving.check(exchange, wanted.saveAs(), reach);
            Found found = null;
            try {
                found = resolve.find(exchange, wanted, reach);
                return found != null && serve(exchange, wanted, found, reach);
            } catch (Problem.Refused refused) {
                return serveInstead(exchange, wanted, found, refused, reach);
            }
        } catch (Problem.Refused refused) {
            if (refused.problem().status() == UNSIGNED && reach == Reach.MEMORY) {
                return false; // another node may just have made the key
            }
            answer.problem(exchange, onThisSurface(refused.problem()));
        } catch (InterruptedException | CancellationException | HttpClosedException _) {
            answer.problem(exchange, DEPARTED);
        } catch (Exception bug) {
            LOG.atError()
                    .addKeyValue("trace", exchange.trace().traceId())
                    .setCause(bug)
                    .log("a request failed");
            answer.problem(exchange, Problem.of(FAILED, "internal error"));
        }
        return true;
    }

    private boolean serve(Exchange exchange, Wanted wanted, Found found, Reach reach)
            throws InterruptedException {
        var saveAs = wanted.saveAs();
        return saveAs == null
                ? produce.serve(exchange, found, reach)
                : produce.save(exchange, found, saveAs, reach);
    }

    /** If nothing can stand for what was refused, the refusal is the answer. */
    private boolean serveInstead(
            Exchange exchange,
            Wanted wanted,
            @Nullable Found failed,
            Problem.Refused refused,
            Reach reach)
            throws InterruptedException {
        for (var substitute : substitutes.of(wanted, failed, onThisSurface(refused.problem()))) {
            if (!answer.mayBegin(exchange)) {
                throw refused;
            }
            try {
                var found = resolve.find(exchange, substitute.wanted(), reach);
                return found != null && produce.serve(exchange, substitute.asIt(found), reach);
            } catch (Problem.Refused _) {
                // it cannot stand for what was asked for, so it was not asked for
            }
        }
        throw refused;
    }

    private static Problem onThisSurface(Problem problem) {
        return problem.status() == 500 ? Problem.of(FAILED, problem.error()) : problem;
    }
}
