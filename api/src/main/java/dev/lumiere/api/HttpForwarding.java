package dev.lumiere.api;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Forwarding;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.json.AppendJson;
import dev.lumiere.eventlog.json.OutcomeJson;
import dev.lumiere.service.WholeAnswer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes appends to other nodes by {@code POST /v1/log/appends?only=here}. The address of a node is
 * that of its control plane, such as {@code http://10.0.0.5:8081}. Who cannot even be connected to
 * has got nothing, which is certain; anything else that is no outcome leaves it unknown. Calls have
 * a {@link NodeSignature}.
 */
public final class HttpForwarding implements Forwarding, AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

    /** For the answer to arrive after it was decided. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final long MAX_MILLIS = 60_000;
    private static final int MAX_CONNECTIONS = 32;
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_ANSWER_BYTES = 2 << 20;

    private final HttpClient client;
    private final NodeSignature signature;

    private record Answer(int status, String body) {}

    public HttpForwarding(Vertx vertx, NodeSignature signature) {
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

    @Override
    public AppendOutcome append(String address, Append append, Duration atMost)
            throws IOException, InterruptedException {
        var millis = Math.clamp(atMost.toMillis(), 1, MAX_MILLIS);
        var request = connected(address, millis);
        var answer = answer(request, AppendJson.text(append), millis, address);
        if (answer.status == 421) {
            throw new NotOwnerException(address + ": " + answer.body);
        }
        if (answer.status == 403) {
            throw new IOException(address + " appends nothing for this node: " + answer.body);
        }
        try {
            return OutcomeJson.parse(answer.body);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s answered %d and no outcome".formatted(address, answer.status), e);
        }
    }

    private HttpClientRequest connected(String address, long millis)
            throws NotOwnerException, InterruptedException {
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(
                                address + "/v1/log/appends?only=here&timeoutMillis=" + millis)
                        .setConnectTimeout(Math.min(millis, CONNECT_WITHIN.toMillis()));
        try {
            return client.request(options).await(millis, TimeUnit.MILLISECONDS);
        } catch (Exception e) { // what Vert.x awaits may fail with any
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new NotOwnerException("cannot connect to " + address + ": " + e.getMessage());
        }
    }

    private Answer answer(HttpClientRequest request, String body, long millis, String address)
            throws IOException, InterruptedException {
        var bytes = Buffer.buffer(body);
        try {
            return request.putHeader("Content-Type", "application/json")
                    .putHeader(
                            NodeSignature.HEADER,
                            signature.sign(request.getMethod().name(), request.getURI(), bytes))
                    .send(bytes)
                    .compose(response ->
                            WholeAnswer.of(response, MAX_ANSWER_BYTES)
                                    .map(Buffer::toString)
                                    .map(text -> new Answer(response.statusCode(), text)))
                    .await(millis + GRACE.toMillis(), TimeUnit.MILLISECONDS);
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

    @Override
    public void close() {
        client.close().await();
    }
}
