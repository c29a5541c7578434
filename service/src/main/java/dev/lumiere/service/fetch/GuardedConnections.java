package dev.lumiere.service.fetch;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Connections to where it is allowed. A host's addresses are looked up here, every one of them is
 * checked, and the connection goes to just such an address, so that a name that means something
 * else a moment later leads nowhere else.
 */
final class GuardedConnections {
    /** Of a host with more, the first count. */
    private static final int MAX_ADDRESSES = 3;

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    private final HttpClientAgent client;
    private final FetchConfig config;
    private final InstantSource clock;
    private final Function<String, Future<List<InetAddress>>> addresses;

    GuardedConnections(
            HttpClientAgent client,
            FetchConfig config,
            InstantSource clock,
            Function<String, Future<List<InetAddress>>> addresses) {
        this.client = client;
        this.config = config;
        this.clock = clock;
        this.addresses = addresses;
    }

    /**
     * A new one; blocks.
     *
     * @throws FetchFailure if it is not allowed, or nobody answers
     */
    HttpClientConnection to(FetchTarget target, Instant until)
            throws InterruptedException, FetchFailure {
        if (!config.ports().isEmpty() && !config.ports().contains(target.port())) {
            throw new FetchFailure(new Fetched.NotAllowed(target.host() + ":" + target.port()));
        }
        var found = addressesOf(target, until);
        if (!mayBeAnywhere(target) && !found.stream().allMatch(PublicAddresses::isPublic)) {
            throw new FetchFailure(new Fetched.NotAllowed(target.host()));
        }
        return connected(target, found, until);
    }

    private boolean mayBeAnywhere(FetchTarget target) {
        return config.allowPrivate() || config.hosts().contains(target.host());
    }

    private List<InetAddress> addressesOf(FetchTarget target, Instant until)
            throws InterruptedException, FetchFailure {
        var literal = target.literal();
        var found =
                literal != null
                        ? List.of(literal)
                        : await(addresses.apply(target.host()), until, "the host is not found");
        if (found.isEmpty()) {
            throw new FetchFailure("the host is not found");
        }
        return found;
    }

    private HttpClientConnection connected(
            FetchTarget target, List<InetAddress> found, Instant until)
            throws InterruptedException, FetchFailure {
        var some = found.subList(0, Math.min(found.size(), MAX_ADDRESSES));
        for (var address : some.subList(0, some.size() - 1)) {
            try {
                return connected(target, address, until);
            } catch (FetchFailure _) {
                // the next may be better
            }
        }
        return connected(target, some.getLast(), until);
    }

    private HttpClientConnection connected(FetchTarget target, InetAddress address, Instant until)
            throws InterruptedException, FetchFailure {
        var left = left(until);
        var most = left.compareTo(CONNECT_WITHIN) < 0 ? left : CONNECT_WITHIN;
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
        } catch (InterruptedException | FetchFailure e) {
            connecting.onSuccess(late -> late.close());
            throw e;
        }
    }

    /**
     * What comes of it, in time.
     *
     * @param otherwise what is said if nothing does
     */
    <T> T await(Future<T> future, Instant until, String otherwise)
            throws InterruptedException, FetchFailure {
        try {
            var nanos = Math.max(0, left(until).toNanos());
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new FetchFailure(otherwise + " in time");
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case FetchFailure failure -> failure;
                case SSLException _ -> new FetchFailure("no trusted TLS connection");
                case null, default -> new FetchFailure(otherwise);
            };
        }
    }

    private Duration left(Instant until) {
        return Duration.between(clock.instant(), until);
    }
}
