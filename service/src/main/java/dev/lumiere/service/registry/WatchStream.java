package dev.lumiere.service.registry;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch told over HTTP. Writing waits for the client, so a slow one fills the bounded queue of
 * its watch and nothing else; one that takes nothing for {@link #PATIENCE} is cut off.
 */
final class WatchStream {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final LongSupplier revisions;
    private final Consumer<WatchStream> whenEnded;
    private final long keepAlive;
    private Registry.@Nullable Watch watch;
    private boolean ended;

    WatchStream(
            Vertx vertx,
            HttpServerResponse response,
            Duration keepAlive,
            LongSupplier revisions,
            Consumer<WatchStream> whenEnded) {
        this.vertx = vertx;
        this.response = response;
        this.revisions = revisions;
        this.whenEnded = whenEnded;
        this.keepAlive = vertx.setPeriodic(keepAlive.toMillis(), _ -> keepAlive());
    }

    /** Tells the client what the registry tells, until either ends it. */
    void follow(Registry registry, Query query) {
        response.exceptionHandler(_ -> Thread.ofVirtual().start(this::end));
        response.closeHandler(_ -> Thread.ofVirtual().start(this::end));
        var opened = registry.watch(query, this::tell);
        synchronized (this) {
            watch = opened;
            if (!ended && !response.closed()) {
                return;
            }
        }
        opened.close();
        end();
    }

    /** Ends the watch and the response. */
    void end() {
        if (abandon()) {
            var _ = response.reset();
        }
    }

    /**
     * Ends the watch and leaves the response to the caller.
     *
     * @return false if it was ended already
     */
    boolean abandon() {
        Registry.Watch open;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            open = watch;
        }
        vertx.cancelTimer(keepAlive);
        if (open != null) {
            open.close();
        }
        whenEnded.accept(this);
        return true;
    }

    private void tell(Change change) {
        try {
            if (!response.headWritten()) {
                response.setChunked(true)
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Cache-Control", "no-store")
                        .putHeader("X-Accel-Buffering", "no");
            }
            response.write(SentEvent.of(revisions.getAsLong(), change).toBuffer())
                    .await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            LOG.warn("a watch's client takes nothing, cut off after={}", PATIENCE);
            end();
        } catch (RuntimeException e) {
            LOG.debug("a watch's client is gone", e);
            end();
        }
    }

    private void keepAlive() {
        if (!response.closed() && response.headWritten() && !response.writeQueueFull()) {
            var _ = response.write(": keep-alive\n\n");
        }
    }
}
