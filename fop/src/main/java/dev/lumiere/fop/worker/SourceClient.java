package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.Problem;
import dev.lumiere.service.file.DescriptorClient;
import dev.lumiere.service.file.OpenFile;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's way to the source socket. Calls block until the answer is there, the deadline passes
 * (a 504) or the work is cancelled; what the socket refuses is a {@link Problem.Refused} of the
 * same status.
 */
final class SourceClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int CONNECTIONS = 64;
    private static final int MAX_REFUSAL_BYTES = 1024;

    private final Vertx vertx;
    private final HttpClient client;
    private final SocketAddress address;
    private final InstantSource clock;
    private final long maxBytes;
    private final @Nullable DescriptorClient descriptors;

    /**
     * @param maxBytes that one read may bring
     */
    SourceClient(Vertx vertx, Path socket, InstantSource clock, long maxBytes) {
        this.vertx = vertx;
        this.address = SocketAddress.domainSocketAddress(socket.toString());
        this.clock = clock;
        this.maxBytes = maxBytes;
        client =
                vertx.createHttpClient(
                        new HttpClientOptions().setMaxChunkSize(64 * 1024),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        var beside = Capability.descriptorSocket(socket);
        descriptors = Files.exists(beside) ? new DescriptorClient(beside) : null;
    }

    /** Whether files are handed out besides. */
    boolean handsDescriptors() {
        return descriptors != null;
    }

    /** What a call may use and how long it may take. */
    record Bounds(Arena arena, Instant deadline, Cancellation cancellation) {}

    /**
     * What was read.
     *
     * @param total size of the whole input, of which {@code bytes} may be a range
     */
    record Fetched(MemorySegment bytes, String contentType, long total) {}

    /** The file itself; null if it is to be had by {@link #get} alone. */
    @Nullable OpenFile open(Capability capability, Bounds bounds) {
        var left = Duration.between(clock.instant(), bounds.deadline);
        if (descriptors == null || !left.isPositive()) {
            return null;
        }
        try {
            return descriptors.open(capability.token(), left);
        } catch (IOException e) {
            LOG.warn("no file was handed over, it is fetched: {}", e.getMessage());
            return null;
        }
    }

    /** All bytes of a file. */
    MemorySegment read(OpenFile file, Bounds bounds) {
        var bytes = read(file, 0, file.size(), bounds);
        if (bytes.byteSize() < file.size()) {
            throw Problem.of(500, "the source changed while it was read").refused();
        }
        return bytes;
    }

    /** A part of a file, fewer bytes only at its end. */
    MemorySegment read(OpenFile file, long offset, long length, Bounds bounds) {
        var there = Math.max(0, Math.min(length, file.size() - offset));
        if (there > maxBytes) {
            throw Problem.of(413, "the source is over " + maxBytes + " bytes").refused();
        }
        var bytes = NativeMemory.allocate(bounds.arena, there);
        try {
            return bytes.asSlice(0, file.read(bytes, offset));
        } catch (IOException e) {
            throw Problem.of(500, "the source cannot be read").refused();
        }
    }

    /** Fills {@code into} from a file; how many bytes, fewer only at its end. */
    long readInto(OpenFile file, long offset, MemorySegment into) {
        try {
            return file.read(into, offset);
        } catch (IOException e) {
            throw Problem.of(500, "the source cannot be read").refused();
        }
    }

    Fetched get(Capability capability, @Nullable String range, Bounds bounds) {
        return call(
                HttpMethod.GET,
                capability,
                bounds,
                request -> {
                    if (range != null) {
                        request.putHeader("Range", range);
                    }
                    return request.send();
                },
                (response, result) -> {
                    var announced = length(response);
                    var body = new NativeBody(bounds.arena, announced, maxBytes);
                    response.handler(chunk -> {
                        if (result.future().isComplete()) {
                            return;
                        }
                        try {
                            body.add(((BufferInternal) chunk).getByteBuf());
                        } catch (RuntimeException e) {
                            result.tryFail(e);
                        }
                    });
                    response.endHandler(_ ->
                            result.tryComplete(
                                    new Fetched(
                                            body.bytes(),
                                            type(response),
                                            total(response, announced))));
                });
    }

    /** Type and size alone; the bytes are empty. */
    Fetched head(Capability capability, Bounds bounds) {
        return call(
                HttpMethod.HEAD,
                capability,
                bounds,
                HttpClientRequest::send,
                (response, result) ->
                        result.tryComplete(
                                new Fetched(MemorySegment.NULL, type(response), length(response))));
    }

    /** Sends a copy, so that the bytes may go when this returns, however it ends. */
    void put(Capability capability, List<MemorySegment> parts, String contentType, Bounds bounds) {
        var copy = Buffer.buffer();
        parts.forEach(part -> copy.appendBytes(part.toArray(ValueLayout.JAVA_BYTE)));
        put(capability, contentType, bounds, request -> request.send(copy));
    }

    void put(Capability capability, Path file, String contentType, Bounds bounds) {
        put(
                capability,
                contentType,
                bounds,
                request ->
                        vertx.fileSystem()
                                .open(file.toString(), new OpenOptions().setWrite(false))
                                .compose(open -> {
                                    request.putHeader(
                                            "Content-Length", Long.toString(open.sizeBlocking()));
                                    var response = request.send(open);
                                    response.onComplete(_ -> open.close());
                                    return response;
                                }));
    }

    @Override
    public void close() {
        if (descriptors != null) {
            descriptors.close();
        }
        client.close().await();
    }

    private void put(Capability capability, String contentType, Bounds bounds, Send send) {
        call(
                HttpMethod.PUT,
                capability,
                bounds,
                request -> send.to(request.putHeader("Content-Type", contentType)),
                (_, result) -> result.tryComplete(true));
    }

    private <T> T call(
            HttpMethod method,
            Capability capability,
            Bounds bounds,
            Send send,
            Receive<T> receive) {
        var left = Duration.between(clock.instant(), bounds.deadline).toMillis();
        if (left <= 0 || bounds.cancellation.isCancelled()) {
            throw tooLate();
        }
        var result = Promise.<T>promise();
        client.request(
                        new RequestOptions()
                                .setServer(address)
                                .setMethod(method)
                                .setHost("source")
                                .setPort(80)
                                .setURI("/" + capability.token()))
                .onFailure(result::tryFail)
                .onSuccess(request -> begin(request, send, receive, result));
        try (var _ = bounds.cancellation.onCancel(() -> result.tryFail(tooLate()))) {
            return result.future().await(left, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            result.tryFail(tooLate());
            throw tooLate();
        }
    }

    private static <T> void begin(
            HttpClientRequest request, Send send, Receive<T> receive, Promise<T> result) {
        result.future().onFailure(_ -> request.reset());
        send.to(request)
                .onFailure(result::tryFail)
                .onSuccess(response -> {
                    response.exceptionHandler(result::tryFail);
                    if (response.statusCode() / 100 != 2) {
                        response.body()
                                .onComplete(
                                        body -> result.tryFail(refusal(response, body)),
                                        result::tryFail);
                        return;
                    }
                    try {
                        receive.from(response, result);
                    } catch (Problem.Refused e) {
                        result.tryFail(e);
                    }
                });
    }

    private static Problem.Refused refusal(HttpClientResponse response, Buffer body) {
        var text = body.getString(0, Math.min(body.length(), MAX_REFUSAL_BYTES));
        return Problem.of(response.statusCode(), "source socket: " + text).refused();
    }

    private static Problem.Refused tooLate() {
        return Problem.timeout("the deadline passed while waiting for the source socket").refused();
    }

    private static String type(HttpClientResponse response) {
        var type = response.getHeader("Content-Type");
        return type == null ? WorkInput.UNKNOWN_TYPE : type;
    }

    private static long length(HttpClientResponse response) {
        var length = response.getHeader("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    private static long total(HttpClientResponse response, long length) {
        var range = response.getHeader("Content-Range");
        return range == null ? length : Long.parseLong(range.substring(range.indexOf('/') + 1));
    }

    private interface Send {
        Future<HttpClientResponse> to(HttpClientRequest request);
    }

    private interface Receive<T> {
        void from(HttpClientResponse response, Promise<T> result);
    }
}
