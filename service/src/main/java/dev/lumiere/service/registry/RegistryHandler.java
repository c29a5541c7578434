package dev.lumiere.service.registry;

import dev.lumiere.service.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry over HTTP, for every language.
 *
 * <pre>{@code
 * PUT    /v1/instances/ID               an instance as in InstanceJson, and "ttlSeconds": 15
 *   200  {"id": "ID", "lease": "9f…", "expires": "2026-11-23T21:00:15Z",
 *         "ttlSeconds": 15, "renewAfterSeconds": 5}
 * POST   /v1/instances/ID/heartbeat     ?lease=9f… so that a replaced instance learns of it
 *   200  {"expires": "2026-11-23T21:00:20Z"}, or 404 if the lease ended: PUT again
 * DELETE /v1/instances/ID               ?lease=9f… likewise; 204, or 404 if the lease ended
 * GET    /v1/instances?name=image&version=~%3E+1.2     {"instances": […]}, in the order of ids
 * GET    /v1/instances/ID               one instance
 * GET    /v1/watch?name=image           server-sent events, first all members, then changes:
 *
 *   id: 17
 *   event: members
 *   data: {"instances": […]}
 *
 *   id: 18
 *   event: up
 *   data: {"instance": {…}}
 *
 *   id: 19
 *   event: down
 *   data: {"cause": "ended", "instance": {…}}
 * }</pre>
 *
 * <p>Queries take {@code username}, {@code environment}, {@code name}, {@code version}, {@code
 * region} and {@code zone}. The ids of events only grow; a watch that is opened anew starts with
 * all members, and {@code members} in the middle replaces what was told before. {@code down} is
 * {@code released} or {@code ended}. A comment every 15 seconds keeps the connection alive. {@code
 * lease} may be left out where nobody else registers the same id. Refusals are problem documents
 * (RFC 9457), with {@code "errors": [{"field": "zone", "detail": "is missing"}, …]} where fields
 * are wrong.
 *
 * <p>A {@code unix:} address makes callers on the instance's host connect to a file there, so for
 * this node's own hostname it is taken only from who is on this host, over loopback.
 */
public final class RegistryHandler implements AutoCloseable {
    /** Every legal instance fits, even with all its metadata escaped. */
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final String INSTANCES = "/v1/instances";
    private static final String WATCH = "/v1/watch";
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHandler.class);

    private final Vertx vertx;
    private final Registry registry;
    private final String hostname;
    private final Duration keepAlive;
    private final GrantedLeases leases;
    private final AtomicLong revision = new AtomicLong();
    private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();

    /**
     * @param hostname this node's own
     * @param clock the registry's own
     * @param random a secure source: leases over HTTP are proven by tokens drawn from it
     */
    public RegistryHandler(
            Vertx vertx,
            Registry registry,
            String hostname,
            InstantSource clock,
            RandomGenerator random) {
        this(vertx, registry, hostname, Registry.WATCH_SILENCE, clock, random);
    }

    /** One whose watches say something as often as that. */
    RegistryHandler(
            Vertx vertx,
            Registry registry,
            String hostname,
            Duration keepAlive,
            InstantSource clock,
            RandomGenerator random) {
        this.vertx = vertx;
        this.keepAlive = keepAlive;
        this.registry = registry;
        this.hostname = hostname;
        this.leases = new GrantedLeases(clock, random);
    }

    /**
     * Takes a request for the registry; called on its event loop, returns at once.
     *
     * @return false if the request is for something else, and was not touched
     */
    public boolean handle(HttpServerRequest request) {
        var path = request.path();
        if (path == null
                || !(path.equals(WATCH)
                        || path.equals(INSTANCES)
                        || path.startsWith(INSTANCES + "/"))) {
            return false;
        }
        var timer =
                vertx.setTimer(
                        BODY_DEADLINE.toMillis(),
                        _ -> cutOff(request, Problem.of(408, "the body did not arrive in time")));
        var body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(chunk);
            } else if (vertx.cancelTimer(timer)) {
                cutOff(request, Problem.of(413, "a body over " + MAX_BODY_BYTES + " bytes"));
            }
        });
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.endHandler(_ -> {
            if (vertx.cancelTimer(timer)) {
                Thread.ofVirtual().start(() -> answer(request, path, body));
            }
        });
        return true;
    }

    /** Ends every watch under way. */
    @Override
    public void close() {
        streams.forEach(WatchStream::end);
    }

    private void answer(HttpServerRequest request, String path, Buffer body) {
        var response = request.response();
        try {
            route(request, path, body);
        } catch (WrongFields e) {
            sendProblem(response, 400, e.problem());
        } catch (Problem.Refused e) {
            refuse(response, e.problem());
        } catch (RegistryUnavailable e) {
            refuse(response, Problem.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER));
        } catch (RuntimeException e) {
            LOG.error("registry request failed method={} path={}", request.method(), path, e);
            refuse(response, Problem.of(500, "internal error"));
        }
    }

    private void route(HttpServerRequest request, String path, Buffer body) {
        var method = request.method();
        if (path.equals(WATCH)) {
            allow(request, method.equals(HttpMethod.GET), "GET");
            watch(request);
            return;
        }
        if (path.equals(INSTANCES)) {
            allow(request, method.equals(HttpMethod.GET), "GET");
            var found = registry.find(queryOf(request));
            sendJson(request.response(), InstanceJson.writeAll(found));
            return;
        }
        var parts = path.substring(INSTANCES.length() + 1).split("/", -1);
        var id = decoded(parts[0]);
        if (parts.length == 2 && parts[1].equals("heartbeat")) {
            allow(request, method.equals(HttpMethod.POST), "POST");
            heartbeat(request, id);
        } else if (parts.length == 1 && !id.isEmpty()) {
            switch (method.name()) {
                case "PUT" -> put(request, id, body);
                case "DELETE" -> delete(request, id);
                case "GET" -> get(request.response(), id);
                default -> allow(request, false, "GET, PUT, DELETE");
            }
        } else {
            throw Problem.notFound("no such resource: " + path).refused();
        }
    }

    private void put(HttpServerRequest request, String id, Buffer body) {
        var json = objectIn(body);
        if (!json.containsKey("id")) {
            json.put("id", id);
        }
        var faults = new WrongFields.Gatherer();
        var instance = InstanceJson.read(json, faults);
        var ttl = ttlIn(json, faults);
        if (json.getValue("id") instanceof String told && !told.equals(id)) {
            faults.add("id", "is not the one in the path, " + id);
        }
        if (instance != null) {
            refuseSocketsOfOurs(instance, isFromThisHost(request), faults);
        }
        if (instance == null || ttl == null || !faults.none()) {
            throw faults.toException();
        }
        var granted = leases.add(id, registry.register(instance, ttl));
        sendJson(
                request.response(),
                new JsonObject()
                        .put("id", id)
                        .put("lease", granted.token())
                        .put("expires", granted.lease().expires())
                        .put("ttlSeconds", seconds(ttl))
                        .put("renewAfterSeconds", seconds(ttl.dividedBy(3))));
    }

    private void refuseSocketsOfOurs(
            Instance instance, boolean fromThisHost, WrongFields.Gatherer faults) {
        if (fromThisHost || !instance.identity().hostname().equals(hostname)) {
            return;
        }
        for (var i = 0; i < instance.addresses().size(); i++) {
            if (instance.addresses().get(i) instanceof Address.Unix socket) {
                faults.add(
                        "addresses[" + i + "]",
                        "a socket of host %s is taken only from that host, over loopback: %s"
                                .formatted(hostname, socket));
            }
        }
    }

    private static boolean isFromThisHost(HttpServerRequest request) {
        var peer = request.remoteAddress();
        return peer.isDomainSocket()
                || InetAddress.ofLiteral(peer.hostAddress()).isLoopbackAddress();
    }

    private void heartbeat(HttpServerRequest request, String id) {
        var granted = granted(request, id);
        if (!granted.lease().renew()) {
            leases.remove(id, granted);
            throw ended(id);
        }
        sendJson(request.response(), JsonObject.of("expires", granted.lease().expires()));
    }

    private void delete(HttpServerRequest request, String id) {
        var granted = granted(request, id);
        granted.lease().release();
        leases.remove(id, granted);
        var _ = request.response().setStatusCode(204).end();
    }

    private void get(HttpServerResponse response, String id) {
        var found =
                registry.find(Query.everything()).stream()
                        .filter(instance -> instance.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> Problem.notFound("no instance " + id).refused());
        sendJson(response, InstanceJson.write(found));
    }

    private void watch(HttpServerRequest request) {
        var query = queryOf(request);
        var stream =
                new WatchStream(
                        vertx,
                        request.response(),
                        keepAlive,
                        revision::incrementAndGet,
                        streams::remove);
        streams.add(stream);
        try {
            stream.follow(registry, query);
        } catch (RuntimeException e) {
            stream.abandon();
            throw e;
        }
    }

    private GrantedLeases.Granted granted(HttpServerRequest request, String id) {
        var granted = leases.of(id, request.getParam("lease"));
        if (granted == null) {
            throw ended(id);
        }
        return granted;
    }

    private static Problem.Refused ended(String id) {
        return Problem.notFound("no such lease, or it ended; register again: " + id).refused();
    }

    private static Query queryOf(HttpServerRequest request) {
        try {
            return QueryParameters.read(request.params());
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("malformed query: " + request.query()).refused();
        }
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("malformed escape in the path: " + segment).refused();
        }
    }

    private static JsonObject objectIn(Buffer body) {
        try {
            if (Json.decodeValue(body) instanceof JsonObject json) {
                return json;
            }
            throw Problem.badRequest("the body is not a JSON object").refused();
        } catch (DecodeException e) {
            throw Problem.badRequest("the body is not JSON: " + e.getMessage()).refused();
        }
    }

    private static @Nullable Duration ttlIn(JsonObject json, WrongFields.Gatherer faults) {
        var value = json.getValue("ttlSeconds");
        if (value instanceof Number number
                && number.doubleValue() >= Registry.MIN_TTL.toSeconds()
                && number.doubleValue() <= Registry.MAX_TTL.toSeconds()) {
            return Duration.ofMillis(Math.round(number.doubleValue() * 1000));
        }
        faults.add("ttlSeconds", value == null ? "is missing" : "is not a number from 1 to 3600");
        return null;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static void allow(HttpServerRequest request, boolean allowed, String methods) {
        if (!allowed) {
            request.response().putHeader("Allow", methods);
            throw Problem.of(405, request.method() + " is not " + methods).refused();
        }
    }

    private static void sendJson(HttpServerResponse response, JsonObject json) {
        var _ = response.putHeader("Content-Type", "application/json").end(json.toBuffer());
    }

    /** Answers, then closes; not at once, or the client would lose the answer to a reset. */
    private void cutOff(HttpServerRequest request, Problem problem) {
        request.response().putHeader("Connection", "close");
        refuse(request.response(), problem);
        vertx.setTimer(LINGER.toMillis(), _ -> request.connection().close());
    }

    private static void refuse(HttpServerResponse response, Problem problem) {
        var retryAfter = problem.retryAfter();
        if (retryAfter != null && !response.headWritten()) {
            var seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
            response.putHeader("Retry-After", Long.toString(seconds));
        }
        sendProblem(response, problem.status(), problem.rfc9457());
    }

    private static void sendProblem(HttpServerResponse response, int status, JsonObject problem) {
        if (!response.headWritten() && !response.closed()) {
            var _ =
                    response.setStatusCode(status)
                            .putHeader("Content-Type", "application/problem+json")
                            .end(problem.toBuffer());
        }
    }
}
