package dev.lumiere.service.fetch;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what users name by URL: http and https, a few redirects, bounded in bytes and time.
 *
 * <p>Connections are {@link GuardedConnections}; redirects begin again with all of their checks.
 * Nothing is decompressed: an answer that is encoded though none was asked for is refused. No
 * proxy, cookie or credential takes part.
 */
public final class OutgoingClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 3;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** Each may hold a body in memory. */
    private static final int MAX_WHOLE = 32;

    /** Each holds up to 256 KiB. */
    private static final int MAX_STREAMED = 64;

    private static final int PORTION_BYTES = 16 << 10;

    private final FetchConfig config;
    private final InstantSource clock;

    /**
     * Its one event loop is Java's own: a native transport reads that a server closes also while an
     * {@link Intake} is held.
     */
    private final Vertx loop =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(false).setEventLoopPoolSize(1));

    private final HttpClientAgent client;
    private final GuardedConnections connections;
    private final Semaphore whole = new Semaphore(MAX_WHOLE);
    private final Semaphore streamed = new Semaphore(MAX_STREAMED);

    /**
     * A client.
     *
     * @param vertx by which names are looked up
     */
    public OutgoingClient(Vertx vertx, FetchConfig config, InstantSource clock) {
        this(config, clock, lookup((VertxInternal) vertx), null);
    }

    /**
     * A client.
     *
     * @param addresses of a name
     * @param trusted authorities in place of the usual ones
     */
    OutgoingClient(
            FetchConfig config,
            InstantSource clock,
            Function<String, Future<List<InetAddress>>> addresses,
            @Nullable TrustOptions trusted) {
        this.config = config;
        this.clock = clock;
        var options =
                new HttpClientOptions()
                        .setUseAlpn(false)
                        .setVerifyHost(true)
                        .setDecompressionSupported(false)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_HEADER_BYTES);
        if (trusted != null) {
            options.setTrustOptions(trusted);
        }
        client = loop.httpClientBuilder().with(options).build();
        connections = new GuardedConnections(client, config, clock, addresses);
    }

    /**
     * Whether a URL can be read at all, wherever it leads.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static void check(String url) {
        FetchTarget.parse(url);
    }

    /**
     * What a request for a URL has in its first line: path and query, percent-encoded.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static String target(String url) {
        return FetchTarget.parse(url).path();
    }

    /**
     * Fetches; blocks, so to be called on a virtual thread.
     *
     * @param deadline when it is of no use any more; {@link FetchConfig#timeout} may come first
     * @throws InterruptedException if the thread was interrupted; the connection is closed
     */
    public Fetched get(String url, Instant deadline) throws InterruptedException {
        return fetched(url, null, Map.of(), deadline);
    }

    /**
     * Posts a body; as {@link #get}, but no redirect is followed.
     *
     * @param headers such as {@code Content-Type}, and {@code Host} in place of the URL's
     */
    public Fetched post(String url, Map<String, String> headers, Buffer body, Instant deadline)
            throws InterruptedException {
        return fetched(url, body, headers, deadline);
    }

    /**
     * Opens what may be larger than memory. Its head may take {@link FetchConfig#timeout}; then for
     * so long nothing may come, or next to nothing. {@link FetchConfig#maxBytes} does not hold.
     *
     * @return what is to be closed, if it is there
     * @throws InterruptedException if the thread was interrupted; the connection is closed
     */
    public Opened open(Download download) throws InterruptedException {
        if (!streamed.tryAcquire()) {
            return new Fetched.Busy();
        }
        var isOpen = false;
        try {
            var bounds =
                    new IncomingBody.Bounds(
                            download.maxBytes(), config.timeout(), download.until(), clock);
            var call = new Call(null, download.headers(), bounds);
            var opened = opened(download.url(), call, earlier(download.until()));
            if (opened instanceof Opened.Incoming(var body)) {
                body.whenClosed(streamed::release);
                isOpen = true;
            }
            return opened;
        } finally {
            if (!isOpen) {
                streamed.release();
            }
        }
    }

    private Fetched fetched(
            String url, @Nullable Buffer body, Map<String, String> headers, Instant deadline)
            throws InterruptedException {
        if (!whole.tryAcquire()) {
            return new Fetched.Busy();
        }
        try {
            var until = earlier(deadline);
            var bounds = new IncomingBody.Bounds(config.maxBytes(), config.timeout(), until, clock);
            return switch (opened(url, new Call(body, headers, bounds), until)) {
                case Opened.Incoming(var incoming) -> whole(incoming);
                case Fetched.Nothing nothing -> nothing;
                case Opened.NotModified _ -> throw new IllegalStateException("nobody asked");
            };
        } finally {
            whole.release();
        }
    }

    private static Fetched whole(IncomingBody incoming) throws InterruptedException {
        try (incoming) {
            var body = Buffer.buffer();
            var portion = new byte[PORTION_BYTES];
            for (var n = incoming.read(portion); n >= 0; n = incoming.read(portion)) {
                body.appendBytes(portion, 0, n);
            }
            return new Fetched.Body(body, incoming.contentType());
        } catch (InterruptedIOException _) {
            Thread.interrupted(); // it is in the exception now
            throw new InterruptedException();
        } catch (IOException e) {
            return new Fetched.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** As long as one answer may take. */
    private Instant earlier(Instant deadline) {
        var patience = clock.instant().plus(config.timeout());
        return patience.isBefore(deadline) ? patience : deadline;
    }

    /** Up to the head. */
    private Opened opened(String url, Call first, Instant until) throws InterruptedException {
        try {
            var target = FetchTarget.parse(url);
            var call = first;
            for (var redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                switch (answer(target, call, until)) {
                    case Call.Answer.Final(var opened) -> {
                        return opened;
                    }
                    case Call.Answer.Redirect _ when first.body() != null ->
                            throw new FetchFailure("a redirect of what was posted");
                    case Call.Answer.Redirect(var location) -> {
                        var next = target.redirected(location);
                        call = next.isSameHost(target) ? call : call.elsewhere();
                        target = next;
                    }
                }
            }
            throw new FetchFailure("more than " + MAX_REDIRECTS + " redirects");
        } catch (IllegalArgumentException e) {
            return new Fetched.Failed("the URL cannot be read, " + e.getMessage());
        } catch (FetchFailure e) {
            return e.outcome();
        }
    }

    @Override
    public void close() {
        client.close().await();
        loop.close().await();
    }

    private Call.Answer answer(FetchTarget target, Call call, Instant until)
            throws InterruptedException, FetchFailure {
        var connection = connections.to(target, until);
        var isOpen = false;
        try {
            var asked = call.ask(connection, target);
            var answer = connections.await(asked, until, "the answer cannot be read");
            if (answer instanceof Call.Answer.Final(Opened.Incoming(var body))) {
                body.whenClosed(connection::close);
                isOpen = true;
            }
            return answer;
        } finally {
            if (!isOpen) {
                var _ = connection.close();
            }
        }
    }

    private static Function<String, Future<List<InetAddress>>> lookup(VertxInternal vertx) {
        return name ->
                vertx.nameResolver()
                        .resolveAll(name)
                        .map(all -> all.stream().map(InetSocketAddress::getAddress).toList());
    }
}
