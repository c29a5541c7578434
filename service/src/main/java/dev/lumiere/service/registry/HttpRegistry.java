package dev.lumiere.service.registry;

import dev.lumiere.service.Problem;
import dev.lumiere.service.WholeAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The registry of another node, over HTTP (see {@link RegistryHandler}). Calls block. Each has a
 * connection within 2 seconds and its answer within 5 more, or ends in {@link RegistryUnavailable};
 * one whose connection is lost, as a kept one is when the node has closed it, is sent once more,
 * since sending any of these twice does what sending it once does. A watch that loses its
 * connection opens a new one, for as long as it is open.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1">RFC 9112, section 9.3.1</a>
 */
public final class HttpRegistry implements Registry {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(2);
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(5);
    private static final int MAX_CONNECTIONS = 32;

    /** More than all the members a registry may hold take in practice. */
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

    private final HttpClient client;
    private final HttpClient watchClient;
    private final URI base;
    private final RandomGenerator random;
    private final Set<HttpWatch> watches = ConcurrentHashMap.newKeySet();

    private record Answer(int status, Buffer body) {}

    /**
     * @param base where the node's control plane is, such as {@code http://10.0.0.5:8081}
     * @throws IllegalArgumentException naming {@code base} if it is not http or https with a host
     */
    public HttpRegistry(Vertx vertx, URI base, RandomGenerator random) {
        var ssl = "https".equals(base.getScheme());
        if (base.getHost() == null || !(ssl || "http".equals(base.getScheme()))) {
            throw new IllegalArgumentException("not http://host:port: " + base);
        }
        this.base = base;
        this.random = random;
        var options =
                new HttpClientOptions()
                        .setSsl(ssl)
                        .setDefaultHost(base.getHost())
                        .setDefaultPort(base.getPort() >= 0 ? base.getPort() : ssl ? 443 : 80)
                        .setConnectTimeout((int) CONNECT_DEADLINE.toMillis())
                        .setKeepAliveTimeout(10);
        this.client =
                vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
        this.watchClient =
                vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(1_000));
    }

    @Override
    public Lease register(Instance instance, Duration ttl) {
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("ttl not in 1 s to 1 h: " + ttl);
        }
        var body = InstanceJson.write(instance).put("ttlSeconds", ttl.toMillis() / 1000.0);
        var path = "/v1/instances/" + escaped(instance.id());
        var granted = json(expect(200, call(HttpMethod.PUT, path, body.toBuffer())));
        var token = granted.getString("lease");
        if (token == null) {
            throw new RegistryUnavailable(base + " answered without a lease", null);
        }
        return new HttpLease(path, "?lease=" + escaped(token), expiresIn(granted));
    }

    @Override
    public List<Instance> find(Query query) {
        var parameters = QueryParameters.write(query);
        var found = json(expect(200, call(HttpMethod.GET, "/v1/instances?" + parameters, null)));
        try {
            return InstanceJson.readAll(found);
        } catch (WrongFields e) {
            throw new RegistryUnavailable(base + " answered something else", e);
        }
    }

    @Override
    public Watch watch(Query query, Consumer<Change> listener) {
        var options = options(HttpMethod.GET, "/v1/watch?" + QueryParameters.write(query));
        var watch = new HttpWatch(watchClient, options, listener, base, random, watches::remove);
        watches.add(watch);
        watch.start();
        return watch;
    }

    @Override
    public void close() {
        watches.forEach(HttpWatch::close);
        client.close().await();
        watchClient.close().await();
    }

    private RequestOptions options(HttpMethod method, String target) {
        var prefix = base.getRawPath() == null ? "" : base.getRawPath().replaceFirst("/+$", "");
        return new RequestOptions()
                .setMethod(method)
                .setURI(prefix + target)
                .setConnectTimeout(CONNECT_DEADLINE.toMillis());
    }

    private Answer call(HttpMethod method, String target, @Nullable Buffer body) {
        var answer =
                send(method, target, body)
                        .recover(e ->
                                e instanceof HttpClosedException || e instanceof IOException
                                        ? send(method, target, body)
                                        : Future.failedFuture(e));
        try {
            return answer.await();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new RegistryUnavailable(
                    "no answer from %s: %s".formatted(base, e.getMessage()), e);
        }
    }

    private Future<Answer> send(HttpMethod method, String target, @Nullable Buffer body) {
        return client.request(options(method, target))
                .compose(request ->
                        answerTo(request, body)
                                .timeout(ANSWER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                                .onFailure(_ -> request.reset()));
    }

    private static Future<Answer> answerTo(HttpClientRequest request, @Nullable Buffer body) {
        var response =
                body == null
                        ? request.send()
                        : request.putHeader("Content-Type", "application/json").send(body);
        return response.compose(r ->
                WholeAnswer.of(r, MAX_ANSWER_BYTES)
                        .map(received -> new Answer(r.statusCode(), received)));
    }

    private Buffer expect(int status, Answer answer) {
        if (answer.status == status) {
            return answer.body;
        }
        if (answer.status < 400 || answer.status > 599) {
            throw new RegistryUnavailable(base + " answered " + answer.status, null);
        }
        throw new Problem(answer.status, detailOf(answer), null).refused();
    }

    private String detailOf(Answer answer) {
        try {
            var detail = new JsonObject(answer.body).getString("detail");
            return detail != null ? detail : base + " refused";
        } catch (RuntimeException _) {
            throw new RegistryUnavailable(
                    "%s answered %d and no problem document".formatted(base, answer.status), null);
        }
    }

    private JsonObject json(Buffer body) {
        try {
            return new JsonObject(body);
        } catch (RuntimeException e) {
            throw new RegistryUnavailable(base + " answered no JSON", e);
        }
    }

    private Instant expiresIn(JsonObject json) {
        try {
            return Instant.parse(json.getString("expires", ""));
        } catch (DateTimeParseException e) {
            throw new RegistryUnavailable(base + " answered without an expiry", e);
        }
    }

    private static String escaped(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private final class HttpLease implements Lease {
        private final String path;
        private final String proof;
        private volatile Instant expires;
        private volatile boolean released;

        HttpLease(String path, String proof, Instant expires) {
            this.path = path;
            this.proof = proof;
            this.expires = expires;
        }

        @Override
        public Instant expires() {
            return expires;
        }

        @Override
        public boolean renew() {
            if (released) {
                return false;
            }
            var answer = call(HttpMethod.POST, path + "/heartbeat" + proof, null);
            if (answer.status == 404) {
                return false;
            }
            expires = expiresIn(json(expect(200, answer)));
            return true;
        }

        @Override
        public void release() {
            if (released) {
                return;
            }
            var answer = call(HttpMethod.DELETE, path + proof, null);
            if (answer.status != 404) {
                expect(204, answer);
            }
            released = true;
        }
    }
}
