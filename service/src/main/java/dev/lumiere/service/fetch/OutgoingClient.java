package dev.lumiere.service.fetch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what users name by URL: http and https, a few redirects, bounded in bytes and time.
 *
 * <p>A host's addresses are looked up here, every one of them is checked, and the connection goes
 * to just such an address, so that a name that means something else a moment later leads nowhere
 * else. Redirects begin again with all of that. Nothing is decompressed: an answer that is encoded
 * though none was asked for is refused. No proxy, cookie or credential takes part.
 */
public final class OutgoingClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 3;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** Of a host with more, the first count. */
    private static final int MAX_ADDRESSES = 3;

    /** Each may hold a body in memory. */
    private static final int MAX_UNDER_WAY = 32;

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final int MAX_TYPE_LENGTH = 100;

    private final FetchConfig config;
    private final InstantSource clock;
    private final Function<String, Future<List<InetAddress>>> addresses;
    private final HttpClientAgent client;
    private final Semaphore places = new Semaphore(MAX_UNDER_WAY);

    /** One answer: what was fetched, or where else to look. */
    private sealed interface Answer {
        record Final(Fetched fetched) implements Answer {}

        record Redirect(String location) implements Answer {}
    }

    /**
     * What is asked.
     *
     * @param body null for a GET
     */
    private record Call(@Nullable Buffer body, Map<String, String> headers) {
        static final Call GET = new Call(null, Map.of());
    }

    /** Why nothing was fetched. */
    private static final class Failure extends Exception {
        private final int status;

        Failure(String reason) {
            this(reason, 0);
        }

        Failure(String reason, int status) {
            super(reason, null, false, false);
            this.status = status;
        }
    }

    public OutgoingClient(Vertx vertx, FetchConfig config, InstantSource clock) {
        this(vertx, config, clock, lookup((VertxInternal) vertx), null);
    }

    /**
     * A client.
     *
     * @param addresses of a name
     * @param trusted authorities in place of the usual ones
     */
    OutgoingClient(
            Vertx vertx,
            FetchConfig config,
            InstantSource clock,
            Function<String, Future<List<InetAddress>>> addresses,
            @Nullable TrustOptions trusted) {
        this.config = config;
        this.clock = clock;
        this.addresses = addresses;
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
        client = vertx.httpClientBuilder().with(options).build();
    }

    /**
     * Fetches; blocks, so to be called on a virtual thread.
     *
     * @param deadline when it is of no use any more; {@link FetchConfig#timeout} may come first
     * @throws InterruptedException if the thread was interrupted; the connection is closed
     */
    public Fetched get(String url, Instant deadline) throws InterruptedException {
        return fetched(url, Call.GET, deadline);
    }

    /**
     * Posts a body; as {@link #get}, but no redirect is followed.
     *
     * @param headers such as {@code Content-Type}, and {@code Host} in place of the URL's
     */
    public Fetched post(String url, Map<String, String> headers, Buffer body, Instant deadline)
            throws InterruptedException {
        return fetched(url, new Call(body, headers), deadline);
    }

    private Fetched fetched(String url, Call call, Instant deadline) throws InterruptedException {
        if (!places.tryAcquire()) {
            return new Fetched.Busy();
        }
        try {
            var patience = clock.instant().plus(config.timeout());
            var until = patience.isBefore(deadline) ? patience : deadline;
            return fetched(FetchTarget.parse(url), call, until);
        } catch (IllegalArgumentException e) {
            return new Fetched.Failed("the URL cannot be read, " + e.getMessage());
        } catch (Failure e) {
            return new Fetched.Failed(String.valueOf(e.getMessage()), e.status);
        } finally {
            places.release();
        }
    }

    @Override
    public void close() {
        client.close().await();
    }

    private Fetched fetched(FetchTarget first, Call call, Instant until)
            throws InterruptedException, Failure {
        var target = first;
        for (var redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            switch (answer(target, call, until)) {
                case Answer.Final(var fetched) -> {
                    return fetched;
                }
                case Answer.Redirect _ when call.body != null ->
                        throw new Failure("a redirect of what was posted");
                case Answer.Redirect(var location) -> target = target.redirected(location);
            }
        }
        throw new Failure("more than " + MAX_REDIRECTS + " redirects");
    }

    private Answer answer(FetchTarget target, Call call, Instant until)
            throws InterruptedException, Failure {
        if (!config.ports().isEmpty() && !config.ports().contains(target.port())) {
            return new Answer.Final(new Fetched.NotAllowed(target.host() + ":" + target.port()));
        }
        var found = addressesOf(target, until);
        if (!mayBeAnywhere(target) && !found.stream().allMatch(PublicAddresses::isPublic)) {
            return new Answer.Final(new Fetched.NotAllowed(target.host()));
        }
        var connection = connected(target, found, until);
        try {
            return await(asked(connection, target, call), until, "the answer cannot be read");
        } finally {
            var _ = connection.close();
        }
    }

    private boolean mayBeAnywhere(FetchTarget target) {
        return config.allowPrivate() || config.hosts().contains(target.host());
    }

    private List<InetAddress> addressesOf(FetchTarget target, Instant until)
            throws InterruptedException, Failure {
        var literal = target.literal();
        var found =
                literal != null
                        ? List.of(literal)
                        : await(addresses.apply(target.host()), until, "the host is not found");
        if (found.isEmpty()) {
            throw new Failure("the host is not found");
        }
        return found;
    }

    private HttpClientConnection connected(
            FetchTarget target, List<InetAddress> found, Instant until)
            throws InterruptedException, Failure {
        var some = found.subList(0, Math.min(found.size(), MAX_ADDRESSES));
        for (var address : some.subList(0, some.size() - 1)) {
            try {
                return connected(target, address, until);
            } catch (Failure _) {
                // the next may be better
            }
        }
        return connected(target, some.getLast(), until);
    }

    private HttpClientConnection connected(FetchTarget target, InetAddress address, Instant until)
            throws InterruptedException, Failure {
        var most = left(until).compareTo(CONNECT_WITHIN) < 0 ? left(until) : CONNECT_WITHIN;
        var connecting =
                client.connect(
                        new HttpConnectOptions()
                                .setServer(
                                        SocketAddress.inetSocketAddress(
                                                target.port(), address.getHostAddress()))
                                .setHost(target.host())
                                .setPort(target.port())
                                .setSsl(target.tls())
                                .setConnectTimeout(Math.max(1, most.toMillis())));
        try {
            return await(connecting, clock.instant().plus(most), "cannot connect");
        } catch (InterruptedException | Failure e) {
            connecting.onSuccess(late -> late.close());
            throw e;
        }
    }

    private Future<Answer> asked(HttpClientConnection connection, FetchTarget target, Call call) {
        var answer = Promise.<Answer>promise();
        var options =
                new RequestOptions()
                        .setMethod(call.body == null ? HttpMethod.GET : HttpMethod.POST)
                        .setHost(authority(target.host()))
                        .setPort(target.port())
                        .setSsl(target.tls())
                        .setURI(target.path())
                        .putHeader(HttpHeaders.USER_AGENT, "Lumiere")
                        .putHeader(HttpHeaders.ACCEPT, "*/*")
                        .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
                        .putHeader(HttpHeaders.CONNECTION, "close");
        call.headers.forEach(options::putHeader);
        connection
                .request(options)
                .onFailure(answer::tryFail)
                // on the future of the answer itself: any other may tell of it when it has ended
                .onSuccess(request ->
                        (call.body == null ? request.send() : request.send(call.body))
                                .onFailure(answer::tryFail)
                                .onSuccess(response -> received(response, answer)));
        return answer.future();
    }

    private void received(HttpClientResponse response, Promise<Answer> answer) {
        try {
            receive(response, answer);
        } catch (Failure e) {
            answer.tryFail(e);
        }
    }

    /** On the event loop. */
    private void receive(HttpClientResponse response, Promise<Answer> answer) throws Failure {
        response.exceptionHandler(answer::tryFail);
        switch (response.statusCode()) {
            case 200 -> {}
            case 301, 302, 303, 307, 308 -> {
                var location = response.getHeader(HttpHeaders.LOCATION);
                if (location == null) {
                    throw new Failure("a redirect to nowhere");
                }
                answer.tryComplete(new Answer.Redirect(location));
                return;
            }
            default -> throw new Failure("status " + response.statusCode(), response.statusCode());
        }
        var encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw new Failure("the answer is encoded");
        }
        var length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null
                && (length.length() > 18 || Long.parseLong(length) > config.maxBytes())) {
            throw tooLarge();
        }
        var body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + (long) chunk.length() > config.maxBytes()) {
                response.pause();
                answer.tryFail(tooLarge());
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(
                _ -> answer.tryComplete(new Answer.Final(new Fetched.Body(body, type(response)))));
    }

    private Failure tooLarge() {
        return new Failure("over " + config.maxBytes() + " bytes");
    }

    private <T> T await(Future<T> future, Instant until, String otherwise)
            throws InterruptedException, Failure {
        try {
            var nanos = Math.max(0, left(until).toNanos());
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new Failure(otherwise + " in time");
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case Failure failure -> failure;
                case SSLException _ -> new Failure("no trusted TLS connection");
                case null, default -> new Failure(otherwise);
            };
        }
    }

    private Duration left(Instant until) {
        return Duration.between(clock.instant(), until);
    }

    private static String authority(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    private static String type(HttpClientResponse response) {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            return UNKNOWN_TYPE;
        }
        var semicolon = type.indexOf(';');
        var bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        return bare.isEmpty() || bare.length() > MAX_TYPE_LENGTH ? UNKNOWN_TYPE : bare;
    }

    private static Function<String, Future<List<InetAddress>>> lookup(VertxInternal vertx) {
        return name ->
                vertx.nameResolver()
                        .resolveAll(name)
                        .map(all -> all.stream().map(InetSocketAddress::getAddress).toList());
    }
}
