package dev.lumiere.api;

import dev.lumiere.service.WholeAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls to other nodes of a log, each with a {@link NodeSignature}. The address of a node is that
 * of its control plane, such as {@code http://10.0.0.5:8081}. They wait, so they are for virtual
 * threads.
 */
public final class NodeCalls implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final int MAX_CONNECTIONS = 32;
    private static final int MAX_WAITING = 1_000;

    private final HttpClient client;
    private final NodeSignature signature;

    /** What a node answered. */
    public record Answer(int status, Buffer body) {}

    public NodeCalls(Vertx vertx, NodeSignature signature) {
        this.signature = signature;
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setConnectTimeout((int) CONNECT_WITHIN.toMillis())
                                .setKeepAliveTimeout(10),
                        new PoolOptions()
                                .setHttp1MaxSize(MAX_CONNECTIONS)
                                .setMaxWaitQueueSize(MAX_WAITING));
    }

    /**
     * Calls a node.
     *
     * @param target path and query
     * @param body JSON; empty for none
     * @param atMost for the connection, and again for the answer
     * @throws ConnectException if it cannot even be connected to, so that it has got nothing
     * @throws IOException if no answer comes; what became of it is not known
     */
    public Answer call(
            HttpMethod method,
            String address,
            String target,
            Buffer body,
            Duration atMost,
            int maxAnswerBytes)
            throws IOException, InterruptedException {
        var request = connected(method, address, target, atMost.toMillis());
        if (body.length() > 0) {
            request.putHeader("Content-Type", "application/json");
        }
        request.putHeader(NodeSignature.HEADER, signature.sign(method.name(), target, body));
        // Listened to before it is sent: an answer that comes at once, on the event loop, would
        // have ended else before this thread listens to its body.
        var answered =
                request.response()
                        .compose(response ->
                                WholeAnswer.of(response, maxAnswerBytes)
                                        .map(whole -> new Answer(response.statusCode(), whole)));
        try {
            return request.send(body)
                    .compose(_ -> answered)
                    .await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) { // what Vert.x awaits may fail with any
            request.reset();
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new IOException(
                    "no answer from %s: %s"
                            .formatted(
                                    address,
                                    e instanceof TimeoutException ? "in time" : e.getMessage()),
                    e);
        }
    }

    private HttpClientRequest connected(
            HttpMethod method, String address, String target, long millis)
            throws ConnectException, InterruptedException {
        var options =
                new RequestOptions()
                        .setMethod(method)
                        .setAbsoluteURI(address + target)
                        .setConnectTimeout(Math.min(millis, CONNECT_WITHIN.toMillis()));
        Future<HttpClientRequest> requested;
        try {
            requested = client.request(options);
        } catch (IllegalStateException e) { // it is closed
            throw new ConnectException("nobody is called any more: " + e.getMessage());
        }
        try {
            return requested.await(millis, TimeUnit.MILLISECONDS);
        } catch (Exception e) { // what Vert.x awaits may fail with any
            requested.onSuccess(HttpClientRequest::reset); // else it would keep its connection
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new ConnectException("cannot connect to " + address + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        client.close().await();
    }
}
