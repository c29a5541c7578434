package dev.lumiere.api;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.Subscription;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.service.registry.Registry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who follows the log, by server-sent events.
 *
 * <pre>{@code
 * id: 17.0.4
 * data: {"partition": 0, "position": 17, …}
 * }</pre>
 *
 * <p>{@code id} is the position up to which all was sent, so that a client that comes again with
 * {@code Last-Event-ID} goes on there. When nothing comes there is a comment every 15 seconds, with
 * the position. A client that reads slowly is sent no more than it takes, and one that takes
 * nothing for 30 seconds is cut off: what is not sent is in the log, nowhere else. If the log
 * cannot be read, {@code event: problem} says why and is the last.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class LogTail {
    private static final Duration HEARTBEAT = Registry.WATCH_SILENCE;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PIECE_BYTES = 64 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);

    private final EventLog log;
    private final Subscription subscription;
    private final @Nullable String category;
    private final HttpServerResponse response;
    private long written;
    private volatile PositionVector sent;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    LogTail(
            EventLog log,
            Subscription subscription,
            @Nullable String category,
            HttpServerResponse response) {
        this.log = log;
        this.subscription = subscription;
        this.category = category;
        this.response = response;
        sent = subscription.position();
    }

    /** Sends until the client goes, the log is closed, or this is. */
    void run() throws InterruptedException {
        thread = Thread.currentThread();
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        try {
            send(Buffer.buffer("id: " + sent + "\n\n"));
            while (!closed && !log.isClosed() && !response.closed()) {
                var events = subscription.next(HEARTBEAT);
                if (events.isEmpty()) {
                    send(Buffer.buffer(": nothing new\nid: " + sent + "\n\n"));
                } else {
                    send(events);
                }
            }
            var _ = response.end();
        } catch (InterruptedException e) {
            if (!closed) {
                throw e; // the client is gone
            }
            var _ = response.end();
        } catch (IOException e) {
            LOG.warn("a reader of the log cannot be served", e);
            var _ =
                    response.end(
                            "event: problem\ndata: %s\n\n"
                                    .formatted(String.valueOf(e.getMessage()).replace('\n', ' ')));
        } catch (TimeoutException _) {
            LOG.warn("a reader of the log takes nothing, cut off after={}", PATIENCE);
            var _ = response.reset();
        } finally {
            thread = null;
        }
    }

    private void send(List<Event> events) throws InterruptedException, TimeoutException {
        var piece = Buffer.buffer();
        for (var event : events) {
            sent = sent.with(event.partition(), event.position());
            if (!LogReads.isOf(category, event)) {
                continue;
            }
            piece.appendString("id: " + sent + "\ndata: " + EventJson.line(event) + "\n\n");
            if (piece.length() >= PIECE_BYTES) {
                send(piece);
                piece = Buffer.buffer();
            }
        }
        if (piece.length() > 0) {
            send(piece);
        } else if (System.nanoTime() - written > HEARTBEAT.toNanos()) {
            send(Buffer.buffer("id: " + sent + "\n\n")); // how far it has looked
        }
    }

    /** Returns once the connection has taken it. */
    private void send(Buffer piece) throws InterruptedException, TimeoutException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        written = System.nanoTime();
        response.write(piece).await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    long lag() {
        return log.end().since(sent);
    }

    /** Ends it where it is. */
    void close() {
        closed = true;
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
