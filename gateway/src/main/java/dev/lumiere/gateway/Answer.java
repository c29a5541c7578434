package dev.lumiere.gateway;

import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.rendition.Body;
import dev.lumiere.rendition.Rendition;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Content;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.rule.CorsRule;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Errors.NativeIoException;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last step: headers, validators, ranges, and the bytes. */
final class Answer {
    private final Buckets buckets;
    private final ResultHeaders headers;

    /** Opens a file; null if it is not there any more. */
    @FunctionalInterface
    private interface Opener {
        @Nullable FileChannel open() throws IOException;
    }

    Answer(Buckets buckets, ResultHeaders headers) {
        this.buckets = buckets;
        this.headers = headers;
    }

    /**
     * Answers the object's own bytes.
     *
     * @return false if the file must be opened and the walk may reach no further, or if it is not
     *     there any more as it was: resolve again
     */
    boolean original(Exchange exchange, Found found, Reach reach) {
        var object = found.object();
        var validators = new Validators('"' + hash(object) + '"', object.modified());
        var answeredFromMemory =
                exchange.isHead()
                        || (isRegular(found)
                                && validators.notModified(exchange.request().headers()));
        if (reach == Reach.MEMORY && !answeredFromMemory) {
            return false;
        }
        var response = exchange.request().response();
        headers.put(
                exchange,
                found,
                validators.etag(),
                object.contentType(),
                false,
                response::putHeader);
        response.putHeader(HttpHeaders.LAST_MODIFIED, Validators.httpDate(object.modified()));
        headers.own(found).forEach(response::putHeader);
        return send(exchange, found, validators, object.size(), null, 0, () -> open(object));
    }

    /**
     * Answers what was made of an object.
     *
     * @return false if a file must be opened and the walk may reach no further, or if it was
     *     evicted meanwhile: ask for it again
     */
    boolean rendition(Exchange exchange, Found found, Rendition rendition, Reach reach) {
        if (reach == Reach.MEMORY && !(rendition.body() instanceof Body.InMemory)) {
            return false;
        }
        var validators = new Validators(rendition.etag(), null);
        var response = exchange.request().response();
        headers.put(
                exchange,
                found,
                rendition.etag(),
                rendition.contentType(),
                true,
                response::putHeader);
        return switch (rendition.body()) {
            case Body.InMemory(var bytes) ->
                    send(exchange, found, validators, bytes.length(), bytes, 0, () -> null);
            case Body.OnDisk(var file, var offset, var length) ->
                    send(exchange, found, validators, length, null, offset, () -> open(file));
        };
    }

    /** Whether nothing is sent yet; what was to be sent of another answer is dropped. */
    boolean mayBegin(Exchange exchange) {
        var response = exchange.request().response();
        if (response.headWritten() || response.closed()) {
            return false;
        }
        response.headers().clear();
        response.setStatusCode(200);
        return true;
    }

    /** Answers a refusal; closes the connection if an answer has begun already. */
    void problem(Exchange exchange, Problem problem) {
        var response = exchange.request().response();
        if (response.ended() || response.closed()) {
            exchange.answered(problem.status(), 0);
            return;
        }
        if (response.headWritten()) {
            exchange.answered(problem.status(), response.bytesWritten());
            exchange.request().connection().close();
            return;
        }
        end(exchange, refuse(exchange, problem));
    }

    /** Answers what is no request; the answer is to be ended, and the connection with it, later. */
    void refusal(Exchange exchange, Problem problem) {
        var body = refuse(exchange, problem);
        var response = exchange.request().response();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        response.write(body);
        exchange.answered(problem.status(), body.length());
    }

    private static Buffer refuse(Exchange exchange, Problem problem) {
        var response = exchange.request().response();
        response.headers().clear();
        response.setStatusCode(problem.status())
                .putHeader(ResultHeaders.REQID, exchange.trace().traceId())
                .putHeader(Cors.ALLOW_ORIGIN, Cors.ANY)
                .putHeader(HttpHeaders.CONTENT_TYPE, ResultHeaders.JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, ResultHeaders.NO_STORE);
        if (problem.retryAfter() != null) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER,
                    String.valueOf(Math.max(1, problem.retryAfter().plusMillis(999).toSeconds())));
        }
        if (problem.status() == 405) {
            response.putHeader(HttpHeaders.ALLOW, Admit.METHODS);
        }
        return problem.compatible().toBuffer();
    }

    /** Answers a browser that asks whether a page of another origin may ask. */
    void preflight(Exchange exchange, List<CorsRule> rules) {
        var response = exchange.request().response();
        if (!Cors.preflight(exchange, rules, response::putHeader)) {
            problem(exchange, Problem.of(403, "no CORS rule allows this"));
            return;
        }
        response.setStatusCode(204).putHeader(ResultHeaders.REQID, exchange.trace().traceId());
        end(exchange, null);
    }

    /** Sends what the caller asked for of a body that is in memory, else in a file. */
    private static boolean send(
            Exchange exchange,
            Found found,
            Validators validators,
            long length,
            @Nullable Buffer bytes,
            long offset,
            Opener file) {
        var request = exchange.request();
        var response = request.response();
        var isRegular = isRegular(found);
        if (isRegular && validators.notModified(request.headers())) {
            response.headers().remove(HttpHeaders.CONTENT_TYPE);
            response.setStatusCode(304);
            end(exchange, null);
            return true;
        }
        var range =
                isRegular && validators.rangeHolds(request.headers())
                        ? ByteRange.of(request.getHeader("range"), length)
                        : ByteRange.WHOLE;
        if (range instanceof ByteRange.Unsatisfiable) {
            response.headers()
                    .remove(HttpHeaders.CONTENT_TYPE)
                    .remove(HttpHeaders.CONTENT_ENCODING)
                    .remove(HttpHeaders.CONTENT_LANGUAGE)
                    .remove(HttpHeaders.CONTENT_DISPOSITION);
            response.setStatusCode(416).putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
            end(exchange, null);
            return true;
        }
        var first = range instanceof ByteRange.Part part ? part.first() : 0;
        var count = range instanceof ByteRange.Part part ? part.length() : length;
        if (count < length) {
            response.setStatusCode(206)
                    .putHeader(
                            HttpHeaders.CONTENT_RANGE,
                            "bytes " + first + "-" + (first + count - 1) + "/" + length);
        }
        if (!isRegular && found.instead() != null) {
            response.setStatusCode(found.instead().status());
        }
        if (exchange.isHead()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(count));
            end(exchange, null);
        } else if (bytes != null) {
            end(
                    exchange,
                    count == length ? bytes : bytes.slice((int) first, (int) (first + count)));
        } else {
            return sendFile(exchange, file, offset + first, count);
        }
        return true;
    }

    /** Whether conditions and ranges are heard: not if the answer tells of a problem. */
    private static boolean isRegular(Found found) {
        return found.instead() == null || found.instead().status() == 200;
    }

    /** Sends from the file to the socket inside the kernel, at the pace the caller reads. */
    private static boolean sendFile(Exchange exchange, Opener file, long offset, long length) {
        var response = exchange.request().response();
        try {
            var channel = file.open();
            if (channel == null) {
                response.headers().clear();
                return false;
            }
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
            // not closed before the system has done with it, also if this thread is interrupted
            response.sendFile(channel, offset, length).onComplete(_ -> close(channel)).await();
            exchange.answered(response.getStatusCode(), length);
            return true;
        } catch (IOException e) {
            if (response.closed() || isOfTheConnection(e)) {
                throw RequestPath.DEPARTED.refused();
            }
            throw Problem.unavailable("storage fails", Duration.ofSeconds(1)).refused();
        } catch (VertxException _) {
            // the caller has closed the connection, maybe with all of it, which nobody tells
            throw RequestPath.DEPARTED.refused();
        }
    }

    /** Whether the caller went away, which the connection may not know yet; else it is the file. */
    private static boolean isOfTheConnection(IOException failure) {
        return failure instanceof ClosedChannelException
                || (failure instanceof NativeIoException e
                        && (e.expectedErr() == Errors.ERRNO_EPIPE_NEGATIVE
                                || e.expectedErr() == Errors.ERRNO_ECONNRESET_NEGATIVE));
    }

    private @Nullable FileChannel open(StoredObject object) throws IOException {
        var file = buckets.open(object);
        return file == null ? null : file.intoChannel();
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing was written
        }
    }

    private static @Nullable FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(file);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    private static void end(Exchange exchange, @Nullable Buffer body) {
        var response = exchange.request().response();
        if (body == null) {
            response.end();
        } else if (exchange.isHead()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
        } else {
            response.end(body);
        }
        var sent = body == null || exchange.isHead() ? 0 : body.length();
        exchange.answered(response.getStatusCode(), sent);
    }

    /** By which its bytes are known; of a file a digest, since its version tells of inodes. */
    static String hash(StoredObject object) {
        return switch (object.content()) {
            case Content.InStore(_, var qetag) -> qetag;
            case Content.InFolder _ -> QETag.of(object.version().getBytes(StandardCharsets.UTF_8));
        };
    }
}
