package dev.lumiere.gateway;

import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.rendition.Body;
import dev.lumiere.rendition.Rendition;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.QETag;
import dev.lumiere.storage.StoredObject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The last step: headers, validators, ranges, and the bytes. */
final class Answer {
    private static final CharSequence REQID = HttpHeaders.createOptimized("X-Reqid");
    private static final CharSequence ALLOW_ORIGIN =
            HttpHeaders.createOptimized("Access-Control-Allow-Origin");
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence NO_SNIFF =
            HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF_VALUE = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence EXPOSE_HEADERS =
            HttpHeaders.createOptimized("Access-Control-Expose-Headers");
    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("ETag, X-Reqid, Content-Range");
    private static final CharSequence ACCEPT = HttpHeaders.createOptimized("Accept");

    /** An SVG is a document that may hold scripts; shown by itself it gets none of our origin. */
    private static final String SVG_POLICY =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

    private final Buckets buckets;
    private final CharSequence cacheControl;

    /** Opens a file; null if it is not there any more. */
    @FunctionalInterface
    private interface Opener {
        @Nullable FileChannel open() throws IOException;
    }

    Answer(Buckets buckets, Duration maxAge) {
        this.buckets = buckets;
        cacheControl = HttpHeaders.createOptimized("public, max-age=" + maxAge.toSeconds());
    }

    /**
     * Answers the object's own bytes.
     *
     * @return false if the file must be opened and the walk may reach no further, or if it is not
     *     there any more as it was: resolve again
     */
    boolean original(Exchange exchange, Wanted wanted, StoredObject object, Reach reach) {
        var validators = new Validators(etag(object), object.modified());
        var answeredFromMemory =
                exchange.isHead() || validators.notModified(exchange.request().headers());
        if (reach == Reach.MEMORY && !answeredFromMemory) {
            return false;
        }
        var response = begin(exchange, validators);
        typed(response, object.contentType());
        attach(response, wanted);
        return send(exchange, validators, object.size(), null, 0, () -> open(object));
    }

    /**
     * Answers what was made of an object.
     *
     * @return false if a file must be opened and the walk may reach no further, or if it was
     *     evicted meanwhile: ask for it again
     */
    boolean rendition(Exchange exchange, Wanted wanted, Rendition rendition, Reach reach) {
        if (reach == Reach.MEMORY && !(rendition.body() instanceof Body.InMemory)) {
            return false;
        }
        var validators = new Validators(rendition.etag(), null);
        var response = begin(exchange, validators);
        typed(response, rendition.contentType());
        if (rendition.contentType().equals("application/json")) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        }
        if (wanted.variesByAccept()) {
            response.putHeader(HttpHeaders.VARY, ACCEPT);
        }
        attach(response, wanted);
        return switch (rendition.body()) {
            case Body.InMemory(var bytes) ->
                    send(exchange, validators, bytes.length(), bytes, 0, () -> null);
            case Body.OnDisk(var file, var offset, var length) ->
                    send(exchange, validators, length, null, offset, () -> open(file));
        };
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
                .putHeader(REQID, exchange.trace().traceId())
                .putHeader(ALLOW_ORIGIN, ANY)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
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

    /** Answers a browser that asks whether another origin may ask. */
    void preflight(Exchange exchange) {
        exchange.request()
                .response()
                .setStatusCode(204)
                .putHeader(REQID, exchange.trace().traceId())
                .putHeader(ALLOW_ORIGIN, ANY)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, Admit.METHODS)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "*")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400");
        end(exchange, null);
    }

    private HttpServerResponse begin(Exchange exchange, Validators validators) {
        var response = exchange.request().response();
        response.putHeader(REQID, exchange.trace().traceId())
                .putHeader(ALLOW_ORIGIN, ANY)
                .putHeader(NO_SNIFF, NO_SNIFF_VALUE)
                .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
                .putHeader(HttpHeaders.ACCEPT_RANGES, BYTES)
                .putHeader(HttpHeaders.ETAG, validators.etag());
        if (exchange.request().headers().contains(HttpHeaders.ORIGIN)) {
            response.putHeader(EXPOSE_HEADERS, EXPOSED);
        }
        if (validators.modified() != null) {
            response.putHeader(
                    HttpHeaders.LAST_MODIFIED, Validators.httpDate(validators.modified()));
        }
        return response;
    }

    /** Sends what the caller asked for of a body that is in memory, else in a file. */
    private static boolean send(
            Exchange exchange,
            Validators validators,
            long length,
            @Nullable Buffer bytes,
            long offset,
            Opener file) {
        var request = exchange.request();
        var response = request.response();
        if (validators.notModified(request.headers())) {
            response.headers().remove(HttpHeaders.CONTENT_TYPE);
            response.setStatusCode(304);
            end(exchange, null);
            return true;
        }
        var range =
                validators.rangeHolds(request.headers())
                        ? ByteRange.of(request.getHeader("range"), length)
                        : ByteRange.WHOLE;
        if (range instanceof ByteRange.Unsatisfiable) {
            response.headers().remove(HttpHeaders.CONTENT_TYPE);
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
        } catch (IOException _) {
            if (response.closed()) {
                throw RequestPath.DEPARTED.refused();
            }
            throw Problem.unavailable("storage fails", Duration.ofSeconds(1)).refused();
        }
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
        } else {
            response.end(body);
        }
        exchange.answered(response.getStatusCode(), body == null ? 0 : body.length());
    }

    private static void typed(HttpServerResponse response, String contentType) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (contentType.startsWith("image/svg")) {
            response.putHeader("Content-Security-Policy", SVG_POLICY);
        }
    }

    private static void attach(HttpServerResponse response, Wanted wanted) {
        var name = wanted.attachmentName();
        if (name == null) {
            return;
        }
        var ascii = name.replaceAll("[^ -~]|[\"\\\\]", "_");
        var encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        response.putHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"" + ascii + "\"; filename*=utf-8''" + encoded);
    }

    /** A digest, since a version tells of inodes. */
    private static String etag(StoredObject object) {
        var name = object.version().getBytes(StandardCharsets.UTF_8);
        return '"' + QETag.of(name) + '"';
    }
}
