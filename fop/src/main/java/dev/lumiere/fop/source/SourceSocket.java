package dev.lumiere.fop.source;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Problem;
import dev.lumiere.service.file.DescriptorServer;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where sandboxed workers read inputs and write outputs: {@code GET} and {@code PUT
 * http://source/<capability>} on a Unix socket of the node; beside it, where the system can, files
 * are handed out as descriptors. It serves nothing but what a {@link SourceGrants} of a request
 * under way has opened.
 */
public final class SourceSocket implements AutoCloseable {
    private final ConcurrentMap<String, SourceGrant> open = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final Path scratch;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Path path;
    private final HttpServer server;
    private final @Nullable DescriptorServer descriptors;

    /**
     * Listens.
     *
     * @param path of the socket, at most 105 bytes
     * @param scratch folder for outputs until their request ends
     * @param random draws capabilities, so a {@link java.security.SecureRandom} but in simulations
     */
    public SourceSocket(
            Vertx vertx, Path path, Path scratch, InstantSource clock, RandomGenerator random) {
        this.vertx = vertx;
        this.scratch = scratch;
        this.clock = clock;
        this.random = random;
        this.path = path;
        var listen = Listen.on(new Address.Unix(path));
        listen.clear();
        vertx.fileSystem().mkdirs(scratch.toString()).await();
        server =
                vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(64 * 1024))
                        .requestHandler(this::serve);
        server.listen(listen.socket()).await();
        try {
            descriptors =
                    DescriptorServer.start(vertx, Capability.descriptorSocket(path), this::file);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    /** The socket's place, which a sandbox must show its worker. */
    public Path path() {
        return path;
    }

    /** Whether workers on this host may be handed open files. */
    public boolean handsDescriptors() {
        return descriptors != null;
    }

    /**
     * Begins the grants of one request, good until they are closed.
     *
     * @param deadline of the request; no capability is good after it
     */
    public SourceGrants grants(Instant deadline) {
        return new SourceGrants(vertx, open, scratch, random, deadline);
    }

    @Override
    public void close() {
        if (descriptors != null) {
            descriptors.close();
        }
        server.shutdown(0, TimeUnit.SECONDS).await();
    }

    /** What a capability opens, if that is a file. */
    private @Nullable OpenFile file(String token) {
        var grant = open.get(token);
        if (grant == null || !clock.instant().isBefore(grant.deadline())) {
            return null;
        }
        return switch (grant) {
            case SourceGrant.Input input -> input.file();
            case SourceGrant.Memory memory -> memory.file();
            case SourceGrant.Output _ -> null;
        };
    }

    private void serve(HttpServerRequest request) {
        var asked = request.path();
        var grant = asked == null || asked.isEmpty() ? null : open.get(asked.substring(1));
        try {
            if (grant == null) {
                throw Problem.notFound("no such capability").refused();
            }
            if (!clock.instant().isBefore(grant.deadline())) {
                throw Problem.of(403, "the capability has expired").refused();
            }
            switch (grant) {
                case SourceGrant.Input input when reads(request.method()) -> input.answer(request);
                case SourceGrant.Output output when request.method().equals(HttpMethod.PUT) ->
                        output.receive(request);
                default ->
                        throw Problem.of(403, "the capability is not for " + request.method())
                                .refused();
            }
        } catch (Problem.Refused e) {
            refuse(vertx, request, e.problem());
        }
    }

    static void refuse(Vertx vertx, HttpServerRequest request, Problem problem) {
        var response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (!request.isEnded()) {
            Exchange.closeSoon(vertx, request);
        }
        response.setStatusCode(problem.status())
                .putHeader("Content-Type", "application/json")
                .end(problem.compatible().toBuffer());
    }

    private static boolean reads(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }
}
