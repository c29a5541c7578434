package dev.lumiere.service;

import dev.lumiere.service.registry.Instance;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on one connection. Everything happens on the connection's event loop;
 * only {@link #start}, {@link #answer} and {@link #cancel} are for others.
 */
final class Attempt {
    private static final CharSequence DEADLINE = HttpHeaders.createOptimized("Lumiere-Deadline");

    /** Allocated for a body on its sender's word. */
    private static final long MAX_FIRST_BYTES = 4L << 20;

    private final UpstreamRequest request;
    private final Instance instance;
    private final Connections connections;
    private final long deadlineMillis;
    private final CompletableFuture<UpstreamResponse> answer = new CompletableFuture<>();

    private volatile Connections.Connection connection;
    private boolean fresh;
    private volatile boolean cancelled;

    /** The whole request is with the system. */
    private boolean written;

    private @Nullable HttpClientResponse head;
    private @Nullable Buffer body;

    /** The body is our own buffer, no longer the first chunk. */
    private boolean copied;

    Attempt(
            UpstreamRequest request,
            Instance instance,
            Connections connections,
            Connections.Connection connection,
            long deadlineMillis) {
        this.request = request;
        this.instance = instance;
        this.connections = connections;
        this.connection = connection;
        this.deadlineMillis = deadlineMillis;
    }

    /** Sends. */
    void start() {
        connection.context.runOnContext(_ -> open());
    }

    /** Fails with an {@link UpstreamFailure}. */
    CompletableFuture<UpstreamResponse> answer() {
        return answer;
    }

    /** Nobody waits any more: the server sees its connection closed. */
    void cancel() {
        cancelled = true;
        fail(UpstreamFailure.Kind.DEADLINE, null);
    }

    private void open() {
        connections.opened(connection).onComplete(this::send, this::neverSent);
    }

    private void neverSent(Throwable cause) {
        answer.completeExceptionally(
                new UpstreamFailure(UpstreamFailure.Kind.CONNECT, instance, cause));
    }

    private void send(HttpClientConnection http) {
        if (cancelled) {
            connections.giveBack(connection, System.nanoTime());
            return;
        }
        http.request(new RequestOptions().setMethod(request.method()).setURI(request.target()))
                .onComplete(this::send, this::closedMeanwhile);
    }

    /** A kept connection was closed before anything was sent on it: nothing is lost yet. */
    private void closedMeanwhile(Throwable cause) {
        if (fresh) {
            died(cause);
        } else {
            fresh = true;
            connection = connections.another();
            connection.context.runOnContext(_ -> open());
        }
    }

    private void send(HttpClientRequest out) {
        var headers = out.headers();
        headers.addAll(request.headers());
        headers.set(DEADLINE, Long.toString(deadlineMillis));
        var payload = request.body();
        out.exceptionHandler(this::died);
        out.response().onComplete(this::receive, this::died);
        (payload == null ? out.end() : out.end(payload)).onSuccess(_ -> written = true);
    }

    private void receive(HttpClientResponse response) {
        head = response;
        response.handler(this::append).endHandler(_ -> finish()).exceptionHandler(this::died);
    }

    private void append(Buffer chunk) {
        if (answer.isDone()) {
            return;
        }
        var soFar = body;
        var length = chunk.length() + (soFar == null ? 0L : soFar.length());
        if (length > request.maxResponseBytes()) {
            fail(UpstreamFailure.Kind.TOO_LARGE, null);
        } else if (soFar == null) {
            body = chunk;
        } else {
            if (!copied) {
                copied = true;
                body = Buffer.buffer(lengthHint(length)).appendBuffer(soFar).appendBuffer(chunk);
            } else {
                soFar.appendBuffer(chunk);
            }
        }
    }

    private int lengthHint(long atLeast) {
        var response = head;
        var said = response == null ? null : response.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return (int)
                    Math.clamp(
                            said == null ? 2 * atLeast : Long.parseLong(said),
                            atLeast,
                            Math.min(request.maxResponseBytes(), MAX_FIRST_BYTES) + atLeast);
        } catch (NumberFormatException _) {
            return (int) atLeast;
        }
    }

    private void finish() {
        var response = head;
        if (response == null || answer.isDone()) {
            return;
        }
        if (!written) {
            // answered early: what is left of the body must not be sent after it is the caller's
            // again
            connections.closeNow(connection);
        } else if (response.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
            connections.discard(connection);
        } else {
            connections.giveBack(connection, System.nanoTime());
        }
        var whole = body;
        answer.complete(
                new UpstreamResponse(
                        response.statusCode(),
                        response.headers(),
                        whole == null ? Buffer.buffer() : whole,
                        instance));
    }

    private void died(Throwable cause) {
        fail(UpstreamFailure.Kind.DIED, cause);
    }

    private void fail(UpstreamFailure.Kind kind, @Nullable Throwable cause) {
        if (answer.completeExceptionally(new UpstreamFailure(kind, instance, cause))) {
            connections.discard(connection);
        }
    }
}
