package dev.lumiere.api;

import dev.lumiere.deploy.InstanceView;
import dev.lumiere.deploy.NodeAgent;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Face;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.RegistryHandler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The API port: {@code /health}, {@code /ready}, {@code /metrics} and {@code /methods} as every
 * service has them, {@code /v1/deploy} (what runs on this node), the log's face at {@code /v1/log},
 * and the registry's at {@code /v1/instances} and {@code /v1/watch}; others bring their own. A
 * {@link BrowserGuard} stands before all of them.
 */
public final class ApiServer implements AutoCloseable {
    private final ServiceServer server;
    private final RegistryHandler registry;
    private final LogHandler log;

    private ApiServer(ServiceServer server, RegistryHandler registry, LogHandler log) {
        this.server = server;
        this.registry = registry;
        this.log = log;
    }

    /** Adds what belongs to the control plane, and listens. */
    public static ApiServer start(
            ServiceServer server,
            ApiConfig config,
            RegistryHandler registry,
            LogHandler log,
            List<Face> others,
            NodeAgent agent) {
        server.guardedBy(new BrowserGuard(config.names())::check);
        for (var path : new String[] {"/v1/instances", "/v1/instances/", "/v1/watch"}) {
            server.onEventLoop(path, exchange -> registry.handle(exchange.request()));
        }
        server.onVirtualThread(
                HttpMethod.GET,
                "/v1/deploy",
                0,
                (exchange, _) -> exchange.json(200, deployed(agent).toBuffer()));
        server.onVirtualThread(
                HttpMethod.GET, "/v1/deploy/", 0, (exchange, _) -> relay(exchange, agent));
        log.addTo(server);
        others.forEach(face -> face.addTo(server));
        return new ApiServer(server.start(), registry, log);
    }

    /** The port it listens on. */
    public int port() {
        return ((Address.Tcp) server.address()).port();
    }

    @Override
    public void close() {
        registry.close();
        log.close();
        server.close();
    }

    /** Every instance that runs on this node, or should. */
    public static JsonArray instances(NodeAgent agent) {
        var instances = new JsonArray();
        agent.instances().stream().map(InstanceView::json).forEach(instances::add);
        return instances;
    }

    /** {@code /v1/deploy/ID/metrics} and {@code /v1/deploy/ID/health}, as the instance tells. */
    private static void relay(Exchange exchange, NodeAgent agent) {
        var path = String.valueOf(exchange.request().path()).substring("/v1/deploy/".length());
        var slash = path.indexOf('/');
        var asked = slash < 0 ? "" : path.substring(slash);
        var type =
                switch (asked) {
                    case "/metrics" -> Metrics.CONTENT_TYPE;
                    case "/health" -> "application/json";
                    default -> throw Problem.notFound("no such path: " + path).refused();
                };
        exchange.answer(200, type, agent.ask(path.substring(0, slash), asked));
    }

    private static JsonObject deployed(NodeAgent agent) {
        return JsonObject.of("sandbox", agent.sandbox().json(), "instances", instances(agent));
    }
}
