package dev.lumiere.service;

import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Registry;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** Finds services and calls them. */
public final class Services implements AutoCloseable {
    /** Services in use at once; each holds a watch of the registry. */
    static final int MAX_UPSTREAMS = 1_000;

    private static final long SWEEP_MILLIS = 5_000;

    private final VertxInternal vertx;
    private final Registry registry;
    private final ClientConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
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

    /** The instances that match; followed from the first call on. */
    public Upstream find(Query query) {
        return upstreams.computeIfAbsent(
                query, q -> new Upstream(q, vertx, client, registry, config, clock, random));
    }

    /** Ends all watches and closes all connections. */
    @Override
    public void close() {
        vertx.cancelTimer(sweep);
        upstreams.values().forEach(Upstream::close);
        client.close();
    }
}
