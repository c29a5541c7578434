package dev.lumiere.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The open HTTP/1.1 connections to one address, kept alive between calls. A connection belongs to
 * one event loop, and all that is done with it is done there. The one used last is used first.
 */
final class Connections {
    private final VertxInternal vertx;
    private final HttpClientAgent client;
    private final HttpConnectOptions target;
    private final int max;

    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

    Connections(VertxInternal vertx, HttpClientAgent client, SocketAddress address, int max) {
        this.vertx = vertx;
        this.client = client;
        this.max = max;
        // The name in the Host header of a call over a Unix socket, which has none.
        this.target =
                address.isDomainSocket()
                        ? new HttpConnectOptions()
                                .setServer(address)
                                .setHost("localhost")
                                .setPort(80)
                        : new HttpConnectOptions().setServer(address);
    }

    /** One connection and the event loop it lives on. */
    static final class Connection {
        final Context context;
        private @Nullable HttpClientConnection http;
        private volatile boolean lost;
        private volatile long idleSinceNanos;

        Connection(Context context) {
            this.context = context;
        }
    }

    /** A connection that is idle, or else one that is still to be opened; null over the bound. */
    @Nullable Connection take() {
        for (var next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            if (!next.lost) {
                return next;
            }
        }
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return null;
        }
        return new Connection(vertx.createEventLoopContext());
    }

    /** One to be opened, in place of one that was lost as it was taken. */
    Connection another() {
        open.incrementAndGet();
        return new Connection(vertx.createEventLoopContext());
    }

    /** Opens what {@link #take} gave, unless it is open. To be called on its event loop. */
    Future<HttpClientConnection> opened(Connection connection) {
        var connected = connection.http;
        if (connected != null) {
            return Future.succeededFuture(connected);
        }
        return client.connect(target)
                .onComplete(
                        http -> {
                            connection.http = http;
                            http.closeHandler(_ -> {
                                connection.lost = true;
                                open.decrementAndGet();
                                idle.remove(connection);
                            });
                        },
                        _ -> open.decrementAndGet());
    }

    /** Keeps it for the next call. */
    void giveBack(Connection connection, long nowNanos) {
        connection.idleSinceNanos = nowNanos;
        idle.addFirst(connection);
        if (connection.lost) {
            idle.remove(connection);
        } else if (closed && idle.remove(connection)) {
            discard(connection);
        }
    }

    /** Closes it; one that is still being opened is left to be given back. */
    void discard(Connection connection) {
        connection.context.runOnContext(_ -> closeNow(connection));
    }

    /**
     * Closes it before it returns, and what is still to be written is not. To be called on its
     * event loop.
     */
    void closeNow(Connection connection) {
        switch (connection.http) {
            case null -> {}
            // its own close would write all that waits first, however long the other side takes
            case UnpooledHttpClientConnection http -> {
                var _ = http.unwrap().channelHandlerContext().close();
            }
            case HttpClientConnection http -> http.close();
        }
    }

    void closeIdle(long nowNanos, Duration longerThan) {
        for (var last = idle.peekLast(); last != null; last = idle.peekLast()) {
            if (nowNanos - last.idleSinceNanos < longerThan.toNanos()) {
                return;
            }
            if (idle.removeLastOccurrence(last)) {
                discard(last);
            }
        }
    }

    /** Closes those that are idle now, and the others when their calls are over. */
    void close() {
        closed = true;
        for (var next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            discard(next);
        }
    }
}
