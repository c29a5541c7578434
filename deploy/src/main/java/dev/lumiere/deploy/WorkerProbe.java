package dev.lumiere.deploy;

import dev.lumiere.service.registry.Address;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks a worker how it is. The worker is not trusted: an answer is bounded in bytes and in time,
 * and of its metadata only a bounded number of short texts is taken.
 */
final class WorkerProbe implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final int MAX_FACTS = 64;
    private static final int MAX_KEY_LENGTH = 64;
    private static final int MAX_VALUE_LENGTH = 4096;

    private final HttpClient http;
    private final Duration time;

    WorkerProbe(Vertx vertx, Duration time) {
        this.time = time;
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setKeepAlive(false)
                                .setConnectTimeout(Math.toIntExact(time.toMillis())));
    }

    /** Whether {@code /ready} answers 200 in time; never fails. */
    CompletableFuture<Boolean> ready(Address address) {
        return ask(address, "/ready").handle((body, failure) -> failure == null && body != null);
    }

    /** The facts {@code /methods} states; fails if it does not answer 200 with a JSON object. */
    CompletableFuture<Map<String, String>> metadata(Address address) {
        return ask(address, "/methods").thenApply(WorkerProbe::facts);
    }

    @Override
    public void close() {
        http.close();
    }

    /** The body of an answer of 200 in time, at most 64 KiB; else it fails. */
    CompletableFuture<Buffer> ask(Address address, String uri) {
        var options = new RequestOptions().setServer(socket(address)).setHost("worker").setURI(uri);
        return http.request(options)
                .compose(this::exchange)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(2 * time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Buffer> exchange(HttpClientRequest request) {
        var answer = request.send().compose(response -> read(request, response));
        return answer.timeout(time.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> request.reset());
    }

    private static Future<Buffer> read(HttpClientRequest request, HttpClientResponse response) {
        if (response.statusCode() != 200) {
            response.exceptionHandler(_ -> {}); // Hears of the reset.
            request.reset();
            return Future.failedFuture(
                    request.getURI() + " answered status " + response.statusCode());
        }
        Promise<Buffer> done = Promise.promise();
        var body = Buffer.buffer();
        response.exceptionHandler(done::tryFail);
        response.endHandler(_ -> done.tryComplete(body));
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_ANSWER_BYTES) {
                done.tryFail(request.getURI() + " answered over 64 KiB");
                request.reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        return done.future();
    }

    private static Map<String, String> facts(Buffer body) {
        var facts = new HashMap<String, String>();
        JsonObject stated;
        try {
            stated = body.toJsonObject().getJsonObject("metadata", new JsonObject());
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalStateException("/methods answered no JSON object", e);
        }
        for (var fact : stated) {
            if (fact.getValue() instanceof String text
                    && fact.getKey().length() <= MAX_KEY_LENGTH
                    && text.length() <= MAX_VALUE_LENGTH
                    && facts.size() < MAX_FACTS) {
                facts.put(fact.getKey(), text);
            }
        }
        return facts;
    }

    private static SocketAddress socket(Address address) {
        return switch (address) {
            case Address.Unix(var path) -> SocketAddress.domainSocketAddress(path.toString());
            case Address.Tcp(var host, var port) -> SocketAddress.inetSocketAddress(port, host);
        };
    }
}
