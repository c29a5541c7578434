package dev.lumiere.platform.node;

import dev.lumiere.api.ApiServer;
import dev.lumiere.api.HttpForwarding;
import dev.lumiere.api.LogHandler;
import dev.lumiere.api.NodeCalls;
import dev.lumiere.api.NodeSignature;
import dev.lumiere.api.account.AccountHandler;
import dev.lumiere.api.catalog.CatalogHandler;
import dev.lumiere.api.catalog.HttpCatalogPeers;
import dev.lumiere.api.management.ServiceHosts;
import dev.lumiere.api.management.StorageManagement;
import dev.lumiere.deploy.BackOff;
import dev.lumiere.deploy.DesiredState;
import dev.lumiere.deploy.InstanceView;
import dev.lumiere.deploy.InstanceView.State;
import dev.lumiere.deploy.NodeAgent;
import dev.lumiere.deploy.ProcessRuntime;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.run.Runner;
import dev.lumiere.fop.run.RunnerConfig;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.gateway.GatewayServer;
import dev.lumiere.gateway.RequestPath;
import dev.lumiere.rendition.Capacity;
import dev.lumiere.rendition.Inputs;
import dev.lumiere.rendition.RenderedFacts;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.rendition.Run;
import dev.lumiere.rendition.metering.MeteredRun;
import dev.lumiere.service.ClientConfig;
import dev.lumiere.service.Health;
import dev.lumiere.service.Health.Status;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.MonotonicInstants;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.Services;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.service.registry.HttpRegistry;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.RegistryHandler;
import dev.lumiere.storage.account.FirstAccount;
import dev.lumiere.storage.notice.Notices;
import dev.lumiere.storage.source.FetchQueue;
import dev.lumiere.storage.source.OriginPulls;
import dev.lumiere.storage.source.SourceFetch;
import dev.lumiere.storage.source.Sources;
import dev.lumiere.storage.upload.ObjectCallbacks;
import dev.lumiere.storage.upload.SavedResults;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node: every part is made here, and handed to those who need it. */
public final class Node {
    /** The version of this build, which is also that of the services it brings. */
    public static final String VERSION = "0.1.0";

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** What the key is for by which nodes know each other. */
    private static final String BETWEEN_NODES = "lumiere calls between nodes, 1";

    /** What the key is for of which mirrors have their pseudonyms. */
    private static final String MIRRORS = "lumiere names of mirrors, 1";

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final NodeAgent agent;
    private final GatewayServer gateway;
    private final ApiServer api;
    private final FirstAccount first;
    private final List<String> hidden;

    private Node(
            NodeAgent agent,
            GatewayServer gateway,
            ApiServer api,
            FirstAccount first,
            List<String> hidden) {
        this.first = first;
        this.hidden = hidden;
        this.agent = agent;
        this.gateway = gateway;
        this.api = api;
    }

    /**
     * Starts everything; the workers may not be ready yet.
     *
     * @param parts where everything is added that runs, for who closes it
     * @throws StartFailure if a port is taken or a folder cannot be used
     */
    public static Node start(NodeConfig config, Home home, Parts parts) {
        try {
            return make(config, home, parts);
        } catch (IOException | RuntimeException e) {
            throw switch (e) {
                case StartFailure failure -> failure;
                case IOException failure ->
                        new StartFailure("the node cannot start: " + StartFailure.reason(failure));
                default -> new StartFailure("the node cannot start: " + e);
            };
        }
    }

    private static Node make(NodeConfig config, Home home, Parts parts) throws IOException {
        var clock = new MonotonicInstants();
        var secure = new SecureRandom();
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        var metrics = parts.add(new Metrics());
        var meters = metrics.registry();
        var eventLoops = Runtime.getRuntime().availableProcessors();
        var vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setPreferNativeTransport(true)
                                .setEventLoopPoolSize(eventLoops));
        parts.add(() -> vertx.close().await());

        var seal = config.seal(secure);
        var nodes = new NodeSignature(seal.keyFor(BETWEEN_NODES), InstantSource.system());
        var calls = parts.add(new NodeCalls(vertx, nodes));
        var log = parts.add(NodeLog.open(config.log(), new HttpForwarding(calls)));
        var logHandler =
                new LogHandler(
                        log.log(),
                        config.log().device().word(),
                        log.care(),
                        nodes,
                        clock,
                        UUID::randomUUID);
        log.meteredBy(meters, logHandler, clock);
        var registry =
                parts.add(
                        config.registry().equals(NodeConfig.EMBEDDED)
                                ? MemoryRegistry.start(clock)
                                : new HttpRegistry(vertx, URI.create(config.registry()), random));
        var runtime = parts.add(ProcessRuntime.open(config.deploy()));
        var sources =
                parts.add(
                        new SourceSocket(
                                vertx, runtime.sourceSocket(), home.emptyScratch(), clock, secure));
        var client = ClientConfig.of(config.zone(), config.hostname());
        var services = parts.add(new Services(vertx, registry, client, clock, random, meters));
        var operations =
                parts.add(
                        new OperationTable(
                                registry,
                                clock,
                                config.images().stream().map(ImageService::offer).toList()));
        var runner =
                new Runner(
                        operations,
                        services,
                        sources,
                        RunnerConfig.defaults(),
                        clock,
                        random,
                        meters);
        var storage =
                parts.add(
                        NodeStorage.open(
                                config,
                                log.log(),
                                new HttpCatalogPeers(parts.add(new NodeCalls(vertx, nodes))),
                                seal,
                                secure,
                                clock));
        var buckets = storage.buckets();
        var outgoing = parts.add(new OutgoingClient(vertx, config.fetch(), clock));
        var fetching = new Sources(outgoing, storage.blobs(), config.sources(), clock);
        var pulls =
                parts.add(
                        new OriginPulls(fetching, storage.catalog(), seal.keyFor(MIRRORS), clock));
        buckets.pulledBy(pulls);
        var source = new SourceFetch(fetching, storage.catalog(), clock);
        var capacity = parts.add(new Capacity(registry, clock));
        var renditions =
                parts.add(
                        new Renditions(
                                config.rendition(),
                                operations,
                                capacity::of,
                                metered(runner::run, storage, config),
                                new Inputs(buckets, outgoing, clock),
                                buckets::open,
                                buckets::isUnchanged,
                                clock,
                                meters));

        var facts = new RenderedFacts(renditions, operations, clock, random);
        // of their own: who does not answer holds up no picture, nor does one the other
        var answering = parts.add(new OutgoingClient(vertx, config.fetch(), clock));
        var telling = parts.add(new OutgoingClient(vertx, config.fetch(), clock));
        var callbacks =
                new ObjectCallbacks(
                        telling::post, storage.accounts(), facts, clock, UUID::randomUUID);
        parts.add(
                new Notices(
                        storage.catalog(),
                        log.log(),
                        storage.accounts(),
                        telling::post,
                        meters,
                        clock,
                        UUID::randomUUID));
        var fetches =
                parts.add(
                        new FetchQueue(
                                source,
                                callbacks,
                                storage.fetches(),
                                log.log(),
                                clock,
                                UUID::randomUUID));
        var agent =
                parts.add(
                        new NodeAgent(
                                vertx,
                                registry,
                                runtime,
                                config.deploy(),
                                BackOff.DEFAULT,
                                clock,
                                random,
                                meters));
        var path =
                new RequestPath(
                        config.gateway(),
                        buckets,
                        storage.accounts(),
                        operations,
                        renditions,
                        new SavedResults(storage.catalog(), storage.blobs(), clock),
                        meters,
                        clock,
                        random);
        var gateway =
                parts.add(
                        listening(
                                config.gateway().host(),
                                config.gateway().port(),
                                "--media-port",
                                () ->
                                        GatewayServer.start(
                                                vertx, config.gateway(), eventLoops, path)));
        var hosts = new AtomicReference<>(hosts(config, config.api().port(), gateway.port()));
        var management =
                new StorageManagement(
                        new StorageManagement.Parts(
                                storage.catalog(),
                                storage.accounts(),
                                source,
                                fetches,
                                pulls,
                                clock),
                        hosts::get);
        var uploads = storage.uploadHandler(log.log(), answering::post, facts, clock, secure);
        var api =
                parts.add(
                        listening(
                                config.api().host(),
                                config.api().port(),
                                "--api-port",
                                () ->
                                        ApiServer.start(
                                                new ServiceServer(
                                                        vertx,
                                                        config.api().server(),
                                                        new ServiceServer.Parts(
                                                                health(agent, log, storage),
                                                                metrics,
                                                                description(),
                                                                clock,
                                                                random)),
                                                config.api(),
                                                new RegistryHandler(
                                                        vertx,
                                                        registry,
                                                        config.hostname(),
                                                        clock,
                                                        secure),
                                                logHandler,
                                                List.of(
                                                        management,
                                                        uploads,
                                                        new CatalogHandler(
                                                                storage.catalog(),
                                                                log.log().partitions(),
                                                                nodes),
                                                        new AccountHandler(
                                                                storage.accounts(), clock)),
                                                agent)));
        hosts.set(hosts(config, api.port(), gateway.port()));
        agent.desire(
                new DesiredState(
                        config.images().stream()
                                .map(image -> image.spec(config.program()))
                                .toList()));
        home.tell(Banner.url(config.api().host(), api.port()));
        return new Node(agent, gateway, api, storage.first(), storage.hidden());
    }

    /** Charged for, if that is switched on. */
    private static Run metered(Run run, NodeStorage storage, NodeConfig config) {
        return config.metering().isOn()
                ? new MeteredRun(run, storage.meter(), storage.buckets()::owner, config.metering())
                : run;
    }

    /** By which clients find it. */
    private static ServiceHosts hosts(NodeConfig config, int apiPort, int mediaPort) {
        return ServiceHosts.of(
                PublicHosts.or(
                        config.hosts().api(), config.api().host(), config.hostname(), apiPort),
                PublicHosts.or(
                        config.hosts().media(),
                        config.gateway().host(),
                        config.hostname(),
                        mediaPort));
    }

    /** Waits until the workers are ready; says in the log if they are not in time. */
    public void awaitReady() throws InterruptedException {
        if (!agent.awaitSettled(READY_WITHIN)) {
            LOG.warn("not all workers are ready after {}", READY_WITHIN);
        }
    }

    /** The account the installation began with. */
    FirstAccount firstAccount() {
        return first;
    }

    /** Buckets that are not served, as a folder has their name. */
    List<String> hiddenBuckets() {
        return hidden;
    }

    public int mediaPort() {
        return gateway.port();
    }

    public int apiPort() {
        return api.port();
    }

    /** Such as {@code image ×2 in zones a, b; image-extra ×1 in zones a}. */
    String workersInWords() {
        var zonesOf = new TreeMap<String, List<String>>();
        for (var instance : agent.instances()) {
            if (instance.state() == State.READY) {
                zonesOf.computeIfAbsent(instance.service(), _ -> new ArrayList<>())
                        .add(instance.zone());
            }
        }
        return zonesOf.isEmpty()
                ? "none"
                : zonesOf.entrySet().stream()
                        .map(e -> inWords(e.getKey(), e.getValue()))
                        .collect(Collectors.joining("; "));
    }

    private static String inWords(String service, List<String> zones) {
        return "%s ×%d in zones %s"
                .formatted(service, zones.size(), String.join(", ", new TreeSet<>(zones)));
    }

    String sandboxInWords() {
        var sandbox = agent.sandbox();
        return sandbox.inForce()
                ? sandbox.isolation() + ", memory by " + sandbox.memory()
                : "NONE: " + String.join("; ", sandbox.missing());
    }

    private static Health health(NodeAgent agent, NodeLog log, NodeStorage storage) {
        return new Health()
                .fact("sandbox", () -> agent.sandbox().json())
                .fact("instances", () -> ApiServer.instances(agent))
                .check("log", log::status)
                .check("catalog", storage::status)
                .check(
                        "workers",
                        () -> {
                            var instances = agent.instances();
                            var states =
                                    instances.stream()
                                            .collect(
                                                    Collectors.groupingBy(
                                                            i -> i.state(), Collectors.counting()));
                            return isStarted(instances)
                                    ? Status.up(states.toString())
                                    : Status.down(states.toString());
                        });
    }

    /** Whether somebody is ready, and no service still waits for the first of its instances. */
    private static boolean isStarted(List<InstanceView> instances) {
        var ready = new HashSet<String>();
        var waiting = new HashSet<String>();
        for (var instance : instances) {
            if (instance.state() == State.READY) {
                ready.add(instance.service());
            } else if (instance.restarts() == 0) {
                waiting.add(instance.service());
            }
        }
        return instances.isEmpty() || (!ready.isEmpty() && ready.containsAll(waiting));
    }

    private static JsonObject description() {
        return JsonObject.of("name", "node", "version", VERSION);
    }

    /** Makes what listens; a port that is taken is the user's to change. */
    private static <T> T listening(String host, int port, String flag, Supplier<T> server) {
        try {
            return server.get();
        } catch (Exception e) { // what Vert.x awaits may fail with any
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                // the native transport throws an exception of its own, told only by its text
                if (cause instanceof BindException
                        || String.valueOf(cause.getMessage()).contains("already in use")) {
                    throw new StartFailure(
                            "port "
                                    + port
                                    + " on "
                                    + host
                                    + " is taken; choose another with "
                                    + flag);
                }
            }
            throw new StartFailure("cannot listen on " + host + ":" + port + ": " + e);
        }
    }
}
