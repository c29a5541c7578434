package dev.lumiere.service;

import dev.lumiere.service.balance.Balancer;
import dev.lumiere.service.balance.Outcome;
import dev.lumiere.service.balance.Pick;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
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
    private final Balancer balancer;
    private final Members members;
    private final ConcurrentHashMap<String, Connections> connections = new ConcurrentHashMap<>();

    Upstream(
            Query query,
            VertxInternal vertx,
            HttpClientAgent client,
            Registry registry,
            ClientConfig config,
            InstantSource clock,
            RandomGenerator random) {
        this.name = query.name() == null ? "any service" : query.name();
        this.vertx = vertx;
        this.client = client;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.balancer = new Balancer(config.balancer(), clock, random, () -> {});
        this.members = new Members(registry, query, clock, new Followed());
    }

    private final class Followed implements Members.Listener {
        @Override
        public void joined(Instance instance) {
            forget(instance);
            balancer.joined(instance);
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

    /**
     * Calls, and calls again elsewhere as far as {@link UpstreamRequest#retry} says it is safe.
     *
     * @return the answer, whatever its status
     * @throws Problem.Refused 503 if nobody is there or nobody answered, 504 at the deadline, 502
     *     if the call was lost in flight and must not be made again or the answer is too large
     */
    public UpstreamResponse send(UpstreamRequest request) {
        var tried = new HashSet<String>();
        while (true) {
            try {
                return sendOnce(request, tried);
            } catch (UpstreamFailure failure) {
                tried.add(failure.instance().id());
                if (!mayRetry(request, failure) || tried.size() >= config.maxAttempts()) {
                    throw problem(failure).refused();
                }
            }
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
        var pick = balancer.pick(request.affinityKey(), excluded);
        if (pick == null) {
            pick = firstPick(request, excluded);
        }
        var outcome = Outcome.FAILURE;
        try {
            var response = attempt(request, pick.instance());
            outcome = response.status() >= 500 ? Outcome.FAILURE : Outcome.SUCCESS;
            return response;
        } catch (UpstreamFailure failure) {
            outcome = outcomeOf(failure);
            throw failure;
        } catch (CancellationException e) {
            outcome = Outcome.CANCELLED;
            throw e;
        } finally {
            balancer.completed(pick, outcome);
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
        var body = JsonArray.of(args).toBuffer();
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
                                body,
                                clock.instant().plus(TELL_WITHIN),
                                null,
                                Retry.CONNECT_FAILURE,
                                TELL_MAX_RESPONSE_BYTES));
        if (response.status() >= 400) {
            throw Problem.of(response.status(), response.body().toString()).refused();
        }
        return (T) Json.decodeValue(response.body());
    }

    void closeIdleConnections() {
        var now = System.nanoTime();
        connections.values().forEach(c -> c.closeIdle(now, config.idleTimeout()));
    }

    void close() {
        members.close();
        connections.values().forEach(Connections::close);
    }

    private Pick firstPick(UpstreamRequest request, Set<String> excluded) {
        try {
            members.awaitKnown(FIRST_MEMBERS_WITHIN);
        } catch (InterruptedException _) {
            throw interrupted();
        }
        var pick = balancer.pick(request.affinityKey(), excluded);
        if (pick == null) {
            throw Problem.unavailable("no instance of " + name + " is there", COME_AGAIN).refused();
        }
        return pick;
    }

    private UpstreamResponse attempt(UpstreamRequest request, Instance instance) {
        var remaining = Duration.between(clock.instant(), request.deadline());
        if (!remaining.isPositive()) {
            throw new UpstreamFailure(UpstreamFailure.Kind.DEADLINE, instance, null);
        }
        var pool = connections.computeIfAbsent(instance.id(), _ -> connectionsTo(instance));
        var connection = pool.take();
        if (connection == null) {
            throw new UpstreamFailure(UpstreamFailure.Kind.CONNECT, instance, null);
        }
        var attempt = new Attempt(request, instance, pool, connection, remaining.toMillis());
        try {
            return attempt.start().get(remaining.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            attempt.cancel();
            throw new UpstreamFailure(UpstreamFailure.Kind.DEADLINE, instance, null);
        } catch (InterruptedException _) {
            attempt.cancel();
            throw interrupted();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UpstreamFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Connections connectionsTo(Instance instance) {
        return new Connections(
                vertx,
                client,
                Listen.socketOf(addressOf(instance)),
                config.maxConnectionsPerInstance());
    }

    private Address addressOf(Instance instance) {
        var sameHost = config.hostname().equals(instance.identity().hostname());
        return instance.addresses().stream()
                .filter(address -> sameHost ? true : address instanceof Address.Tcp)
                .findFirst()
                .orElse(instance.addresses().getFirst());
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("interrupted");
    }

    private static Outcome outcomeOf(UpstreamFailure failure) {
        return switch (failure.kind()) {
            case CONNECT -> Outcome.CONNECT_FAILURE;
            case DIED, DEADLINE -> Outcome.FAILURE;
            case TOO_LARGE -> Outcome.SUCCESS;
        };
    }

    private static boolean mayRetry(UpstreamRequest request, UpstreamFailure failure) {
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
