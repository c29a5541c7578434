package dev.lumiere.service.registry;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a watch of another node on a virtual thread, and comes back to it when it is lost. While
 * the listener is busy nothing more is read, so that the node's own bounded queue fills, which then
 * sends all members anew.
 */
final class HttpWatch implements Registry.Watch {
    /** Three of the node's comments missed. */
    private static final Duration SILENCE = Registry.WATCH_SILENCE.multipliedBy(3);

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration MOST_DELAY = Duration.ofSeconds(10);

    /** Buffers, of 64 KB and less, that wait at most before reading stops. */
    private static final int MAX_UNREAD = 16;

    private static final Logger LOG = LoggerFactory.getLogger(HttpWatch.class);

    private final HttpClient client;
    private final RequestOptions options;
    private final Consumer<Change> listener;
    private final URI base;
    private final Backoff backoff;
    private final Consumer<HttpWatch> whenClosed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean lost;

    /** Held while the listener is called, so that {@link #close} waits; fair, so not for long. */
    private final ReentrantLock telling = new ReentrantLock(true);

    private volatile @Nullable Thread thread;

    /** What arrived: bytes, or the end and its reason. */
    private sealed interface Arrival {
        record Bytes(Buffer chunk) implements Arrival {}

        record End(String reason) implements Arrival {}
    }

    HttpWatch(
            HttpClient client,
            RequestOptions options,
            Consumer<Change> listener,
            URI base,
            RandomGenerator random,
            Consumer<HttpWatch> whenClosed) {
        this.client = client;
        this.options = options;
        this.listener = listener;
        this.base = base;
        this.backoff = new Backoff(FIRST_DELAY, MOST_DELAY, random);
        this.whenClosed = whenClosed;
    }

    void start() {
        thread = Thread.ofVirtual().name("registry-watch").start(this::run);
    }

    @Override
    public void close() {
        telling.lock();
        try {
            closed.countDown();
        } finally {
            telling.unlock();
        }
        whenClosed.accept(this);
        var running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        try {
            while (!isClosed()) {
                var reason = followOnce();
                if (isClosed()) {
                    return;
                }
                if (!lost) {
                    lost = true;
                    LOG.warn("registry watch lost registry={} reason={}", base, reason);
                }
                var _ = closed.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException _) {
            // only close interrupts
        }
    }

    /** Follows one connection until it ends, and says why it did. */
    private String followOnce() throws InterruptedException {
        var arrivals = new LinkedBlockingQueue<Arrival>();
        var request = client.request(options);
        // on the event loop, before it reads on: what arrives while nobody listens is lost
        request.compose(sent -> sent.send().onSuccess(answer -> receive(answer, arrivals)))
                .onFailure(e -> arrivals.add(new Arrival.End(String.valueOf(e.getMessage()))));
        try {
            return tellAll(request, arrivals);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        } finally {
            request.onSuccess(HttpClientRequest::reset);
        }
    }

    private static void receive(HttpClientResponse response, BlockingQueue<Arrival> arrivals) {
        if (response.statusCode() != 200) {
            arrivals.add(new Arrival.End("status " + response.statusCode()));
            return;
        }
        response.exceptionHandler(e -> arrivals.add(new Arrival.End(String.valueOf(e))));
        response.endHandler(_ -> arrivals.add(new Arrival.End("ended by the registry")));
        response.handler(chunk -> {
            arrivals.add(new Arrival.Bytes(chunk));
            if (arrivals.size() >= MAX_UNREAD) {
                response.pause();
            }
        });
    }

    private String tellAll(Future<HttpClientRequest> request, BlockingQueue<Arrival> arrivals)
            throws InterruptedException {
        var events = new SentEvents();
        while (!isClosed()) {
            switch (arrivals.poll(SILENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                case null -> {
                    return "silent for " + SILENCE;
                }
                case Arrival.End(var reason) -> {
                    return reason;
                }
                case Arrival.Bytes(var chunk) -> {
                    for (var event : events.read(chunk)) {
                        tell(event.change());
                    }
                    if (arrivals.isEmpty()) {
                        request.onSuccess(r -> r.response().onSuccess(HttpClientResponse::resume));
                    }
                }
            }
        }
        return "closed";
    }

    private void tell(Change change) {
        backoff.succeeded();
        if (lost) {
            lost = false;
            LOG.info("registry watch is back registry={}", base);
        }
        telling.lock();
        try {
            if (!isClosed()) {
                listener.accept(change);
            }
        } catch (RuntimeException e) {
            LOG.error("a watch's listener failed on {}; it is told what follows", change, e);
        } finally {
            telling.unlock();
        }
    }
}
