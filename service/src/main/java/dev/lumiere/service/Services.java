package dev.lumiere.service;

import dev.lumiere.service.balance.RetryBudget;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Registry;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** Finds services and calls them. */
public final class Services implements AutoCloseable {
    /** Services in use at once; each holds a watch of the registry. */
    static final int MAX_UPSTREAMS = 500;

    private static final long SWEEP_MILLIS = 5_000;

    private final VertxInternal vertx;
    private final Registry registry;
    private final ClientConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final MeterRegistry metrics;
    private final HttpClientAgent client;
    private final long sweep;
    private final ConcurrentHashMap<Query, Upstream> upstreams = new ConcurrentHashMap<>();

    /**
     * Watches the registry for whatever is looked for.
     *
     * @param random safe for use by several threads
     */
    public Services(
            Vertx vertx,
            Registry registry,
            ClientConfig config,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.vertx = (VertxInternal) vertx;
        this.registry = registry;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        var options =
                new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setTcpNoDelay(true);
        this.client = vertx.createHttpClient(options);
        this.sweep =
                vertx.setPeriodic(
                        SWEEP_MILLIS,
                        _ -> upstreams.values().forEach(Upstream::closeIdleConnections));
    }

    /** The instances of the service of this name, of any version. */
    public Upstream find(String name) {
        return find(Query.named(name));
    }

    /**
     * The instances that match; followed from the first call on.
     *
     * @throws Problem.Refused 503 if {@value #MAX_UPSTREAMS} others are in use
     */
    public Upstream find(Query query) {
        var known = upstreams.get(query);
        if (known != null) {
            return known;
        }
        if (upstreams.size() >= MAX_UPSTREAMS) {
            forgetUnused();
        }
        return upstreams.computeIfAbsent(query, this::follow);
    }

    private Upstream follow(Query query) {
        var budget = new RetryBudget();
        var measured = new UpstreamMetrics(metrics, query, budget::active);
        return new Upstream(
                query, vertx, client, registry, config, clock, random, measured, budget);
    }

    /** Names that nobody answers to must not fill the memory. */
    private void forgetUnused() {
        upstreams
                .values()
                .removeIf(upstream -> {
                    var unused = upstream.unused();
                    if (unused) {
                        upstream.close();
                    }
                    return unused;
                });
        if (upstreams.size() >= MAX_UPSTREAMS) {
            throw Problem.unavailable("too many services in use", Duration.ofSeconds(10)).refused();
        }
    }

    /** Ends all watches and closes all connections. */
    @Override
    public void close() {
        vertx.cancelTimer(sweep);
        upstreams.values().forEach(Upstream::close);
        client.close();
    }
}
