package dev.lumiere.service;

import static java.util.Objects.requireNonNull;

import dev.lumiere.service.balance.Balancer;
import dev.lumiere.service.balance.Outcome;
import dev.lumiere.service.balance.RetryBudget;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Members;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Registry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one service, as a caller sees them: a call goes to the one that is likely to
 * answer first. Its methods wait, so they belong on virtual threads; a caller that is interrupted
 * gets a {@link CancellationException}, and the instance sees the connection closed.
 */
public final class Upstream {
    private static final Duration TELL_WITHIN = Duration.ofSeconds(10);
    private static final long TELL_MAX_RESPONSE_BYTES = 16L << 20;
    private static final Duration FIRST_MEMBERS_WITHIN = Duration.ofSeconds(2);
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final String name;
    private final VertxInternal vertx;
    private final HttpClientAgent client;
    private final ClientConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final UpstreamMetrics metrics;
    private final Balancer balancer;
    private final RetryBudget budget;
    private final Members members;
    private final ConcurrentHashMap<String, Connections> connections = new ConcurrentHashMap<>();

    Upstream(
            Query query,
            VertxInternal vertx,
            HttpClientAgent client,
            Registry registry,
            ClientConfig config,
            InstantSource clock,
            RandomGenerator random,
            UpstreamMetrics metrics,
            RetryBudget budget) {
        this.name = query.name() == null ? "any service" : query.name();
        this.vertx = vertx;
        this.client = client;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        this.budget = budget;
        this.balancer = new Balancer(config.balancer(), clock, random, metrics::ejected);
        this.members = new Members(registry, query, clock, new Followed());
    }

    private final class Followed implements Members.Listener {
        @Override
        public void joined(Instance instance) {
            forget(instance);
            if (addressOf(instance).isPresent()) {
                balancer.joined(instance);
            } else {
                balancer.left(instance);
            }
        }

        @Override
        public void left(Instance instance) {
            balancer.left(instance);
            forget(instance);
        }

        private void forget(Instance instance) {
            var old = connections.remove(instance.id());
            if (old != null) {
                old.close();
            }
        }
    }

    /** Who is a member now, in the order of their ids. */
    public List<Instance> instances() {
        return members.current();
    }

    /** Whether there are members and all are on the caller's own host. */
    public boolean isAllOnThisHost() {
        var current = members.current();
        for (var instance : current) {
            if (!config.hostname().equals(instance.identity().hostname())) {
                return false;
            }
        }
        return !current.isEmpty();
    }

    /**
     * Calls, and calls again elsewhere as far as {@link UpstreamRequest#retry} says it is safe. A
     * repeat over the {@link RetryBudget} waits for its turn until the deadline.
     *
     * @return the answer, whatever its status
     * @throws Problem.Refused 503 if nobody is there or nobody could be reached, 504 at the
     *     deadline, 502 if the call was lost in flight and must not be made again or the answer is
     *     too large
     */
    public UpstreamResponse send(UpstreamRequest request) {
        budget.callStarted();
        metrics.called();
        var tried = new HashSet<String>();
        var repeat = false;
        try {
            for (var attempt = 1; ; attempt++) {
                try {
                    var response = once(request, tried);
                    tried.add(response.instance().id());
                    if (!refusedForNow(response)
                            || request.retry() != Retry.IDEMPOTENT
                            || !mayRepeat(request, attempt, repeat)) {
                        return response;
                    }
                } catch (UpstreamFailure failure) {
                    tried.add(failure.instance().id());
                    if (!safeToRepeat(request, failure) || !mayRepeat(request, attempt, repeat)) {
                        throw problem(failure).refused();
                    }
                }
                repeat = true;
                if (tried.size() >= members.current().size()) {
                    tried.clear();
                }
            }
        } finally {
            if (repeat) {
                budget.retryEnded();
            }
            budget.callEnded();
        }
    }

    /**
     * Calls one instance, once.
     *
     * @param excluded ids of instances that are not to be called
     * @throws UpstreamFailure if there was no answer
     * @throws Problem.Refused 503 if there is no instance to call
     */
    public UpstreamResponse sendOnce(UpstreamRequest request, Set<String> excluded) {
        budget.callStarted();
        metrics.called();
        try {
            return await(begin(request, excluded), remaining(request));
        } finally {
            budget.callEnded();
        }
    }

    /**
     * Calls a method: {@code POST /rpc/<method>} with the arguments as a JSON array, within 10
     * seconds.
     *
     * @return the result as JSON has it: a number, string, boolean, {@code JsonObject}, {@code
     *     JsonArray} or null
     * @throws Problem.Refused what the service refused with, or as {@link #send}
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows the method
    public <T> T tell(String method, @Nullable Object... args) {
        var headers =
                MultiMap.caseInsensitiveMultiMap()
                        .add("content-type", "application/json")
                        .add("traceparent", TraceContext.root(random).traceparent());
        var response =
                send(
                        new UpstreamRequest(
                                HttpMethod.POST,
                                "/rpc/" + method,
                                headers,
                                JsonArray.of(args).toBuffer(),
                                clock.instant().plus(TELL_WITHIN),
                                null,
                                Retry.CONNECT_FAILURE,
                                TELL_MAX_RESPONSE_BYTES));
        if (response.status() >= 400) {
            throw Problem.of(response.status(), response.body().toString()).refused();
        }
        return (T) Json.decodeValue(response.body());
    }

    /** Nobody has been there, and no call is under way. */
    boolean unused() {
        return members.current().isEmpty() && budget.active() == 0;
    }

    void closeIdleConnections() {
        var now = System.nanoTime();
        connections.values().forEach(c -> c.closeIdle(now, config.idleTimeout()));
    }

    void close() {
        members.close();
        connections.values().forEach(Connections::close);
    }

    private UpstreamResponse once(UpstreamRequest request, Set<String> tried) {
        var first = begin(request, tried);
        var hedgeAfter = request.hedgeAfter();
        var remaining = remaining(request);
        if (hedgeAfter == null || hedgeAfter.compareTo(remaining) >= 0) {
            return await(first, remaining);
        }
        if (arrives(first.answer(), hedgeAfter, List.of(first)) || !budget.tryRetry()) {
            return await(first, remaining(request));
        }
        metrics.hedged();
        try {
            tried.add(first.instance().id());
            return firstOf(request, first, tried);
        } finally {
            budget.retryEnded();
        }
    }

    /** Asks a second instance as well; the first good answer wins, or the last bad one. */
    private UpstreamResponse firstOf(UpstreamRequest request, Sent first, Set<String> tried) {
        var underWay = new ArrayList<>(List.of(first));
        try {
            underWay.add(begin(request, tried));
        } catch (Problem.Refused _) {
            return await(first, remaining(request)); // there is nobody else
        }
        while (true) {
            var any =
                    CompletableFuture.anyOf(
                            underWay.stream().map(Sent::answer).toArray(CompletableFuture[]::new));
            if (!arrives(any, remaining(request), underWay)) {
                UpstreamFailure late = null;
                for (var sent : underWay) {
                    late = sent.abandon(Outcome.FAILURE);
                }
                throw failed(requireNonNull(late));
            }
            var done = underWay.stream().filter(sent -> sent.answer().isDone()).findFirst();
            var sent = done.orElseThrow();
            underWay.remove(sent);
            try {
                var response = sent.settle();
                if (underWay.isEmpty() || !refusedForNow(response)) {
                    underWay.forEach(other -> other.abandon(Outcome.CANCELLED));
                    return response;
                }
            } catch (UpstreamFailure failure) {
                failed(failure);
                if (underWay.isEmpty()) {
                    throw failure;
                }
                tried.add(failure.instance().id());
            }
        }
    }

    private Sent begin(UpstreamRequest request, Set<String> excluded) {
        var pick = balancer.pick(request.affinityKey(), excluded);
        if (pick == null) {
            awaitMembers();
            pick = balancer.pick(request.affinityKey(), excluded);
        }
        if (pick == null) {
            throw Problem.unavailable("no instance of " + name + " is there", COME_AGAIN).refused();
        }
        var instance = pick.instance();
        var pool = connections.computeIfAbsent(instance.id(), _ -> connectionsTo(instance));
        var connection = pool.take();
        if (connection == null) {
            balancer.completed(pick, Outcome.CANCELLED);
            throw Problem.unavailable("too many calls to " + name + " under way", COME_AGAIN)
                    .refused();
        }
        var attempt =
                new Attempt(request, instance, pool, connection, remaining(request).toMillis());
        attempt.start();
        return new Sent(balancer, pick, attempt);
    }

    private UpstreamResponse await(Sent sent, Duration atMost) {
        if (!arrives(sent.answer(), atMost, List.of(sent))) {
            throw failed(sent.abandon(Outcome.FAILURE));
        }
        try {
            return sent.settle();
        } catch (UpstreamFailure failure) {
            throw failed(failure);
        }
    }

    /**
     * Waits for an answer, good or bad.
     *
     * @param underWay to be given up if the caller is interrupted
     * @return false if it has not come in time
     */
    private static boolean arrives(
            CompletableFuture<?> answer, Duration atMost, List<Sent> underWay) {
        try {
            answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException _) {
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException _) {
            underWay.forEach(sent -> sent.abandon(Outcome.CANCELLED));
            throw interrupted();
        }
    }

    private UpstreamFailure failed(UpstreamFailure failure) {
        metrics.failed(failure.kind());
        if (failure.kind() == UpstreamFailure.Kind.CONNECT) {
            members.confirmDown(failure.instance().id());
        }
        return failure;
    }

    private boolean mayRepeat(UpstreamRequest request, int attempts, boolean hasPlace) {
        if (attempts >= config.maxAttempts()) {
            return false;
        }
        try {
            if (hasPlace || budget.awaitRetry(remaining(request))) {
                metrics.repeated();
                return true;
            }
            return false;
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private void awaitMembers() {
        try {
            members.awaitKnown(FIRST_MEMBERS_WITHIN);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private Duration remaining(UpstreamRequest request) {
        var remaining = Duration.between(clock.instant(), request.deadline());
        return remaining.isNegative() ? Duration.ZERO : remaining;
    }

    private Connections connectionsTo(Instance instance) {
        return new Connections(
                vertx,
                client,
                Listen.socketOf(addressOf(instance).orElseThrow()),
                config.maxConnectionsPerInstance());
    }

    /** The first that is within reach: a Unix socket only on the own host. */
    private Optional<Address> addressOf(Instance instance) {
        var sameHost = config.hostname().equals(instance.identity().hostname());
        return instance.addresses().stream()
                .filter(address -> sameHost || address instanceof Address.Tcp)
                .findFirst();
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("interrupted");
    }

    private static boolean refusedForNow(UpstreamResponse response) {
        return response.status() == 502 || response.status() == 503;
    }

    private static boolean safeToRepeat(UpstreamRequest request, UpstreamFailure failure) {
        return switch (failure.kind()) {
            case CONNECT -> request.retry() != Retry.NEVER;
            case DIED -> request.retry() == Retry.IDEMPOTENT;
            case DEADLINE, TOO_LARGE -> false;
        };
    }

    private static Problem problem(UpstreamFailure failure) {
        var error = String.valueOf(failure.getMessage());
        return switch (failure.kind()) {
            case CONNECT -> Problem.unavailable(error, COME_AGAIN);
            case DIED, TOO_LARGE -> Problem.of(502, error);
            case DEADLINE -> Problem.timeout(error);
        };
    }
}
