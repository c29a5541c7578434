package dev.lumiere.fop.source;

import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one capability opens. */
sealed interface SourceGrant {
    Instant deadline();

    /**
     * Bytes to read.
     *
     * @param file where they are, closed with the grant, or null
     * @param bytes the bytes themselves, or null
     */
    record Input(
            Instant deadline,
            String contentType,
            long size,
            @Nullable OpenFile file,
            @Nullable Buffer bytes)
            implements SourceGrant {
        private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

        void answer(HttpServerRequest request) {
            var response = request.response();
            response.putHeader("Content-Type", contentType).putHeader("Accept-Ranges", "bytes");
            var first = 0L;
            var last = size - 1;
            var range = request.getHeader("Range");
            if (range != null) {
                var m = RANGE.matcher(range);
                if (m.matches() && range.length() > "bytes=-".length()) {
                    if (m.group(1).isEmpty()) {
                        first = Math.max(0, size - Long.parseLong(m.group(2)));
                    } else {
                        first = Long.parseLong(m.group(1));
                        last =
                                m.group(2).isEmpty()
                                        ? last
                                        : Math.min(last, Long.parseLong(m.group(2)));
                    }
                    if (first > last) {
                        response.putHeader("Content-Range", "bytes */" + size);
                        throw Problem.of(416, "no such range: " + range).refused();
                    }
                    response.setStatusCode(206)
                            .putHeader("Content-Range", "bytes " + first + "-" + last + "/" + size);
                }
            }
            var length = last - first + 1;
            response.putHeader("Content-Length", Long.toString(length));
            if (request.method().equals(HttpMethod.HEAD) || length == 0) {
                response.end();
            } else if (bytes != null) {
                response.end(bytes.slice((int) first, (int) (last + 1)));
            } else if (file != null) {
                sendFile(request, file, first, length);
            }
        }

        /** On a channel of its own: the file may be closed while the system still sends from it. */
        private static void sendFile(
                HttpServerRequest request, OpenFile file, long first, long length) {
            var own = file.hasDescriptor();
            FileChannel channel;
            try {
                channel = own ? file.newChannel() : file.channel();
            } catch (IOException _) {
                request.connection().close(); // taken back meanwhile
                return;
            }
            request.response()
                    .sendFile(channel, first, length)
                    .onComplete(sent -> {
                        if (own) {
                            close(channel);
                        }
                        if (sent.failed()) {
                            request.connection().close();
                        }
                    });
        }
    }

    /** Memory to be written by who is handed it. */
    record Memory(Instant deadline, OpenFile file) implements SourceGrant {}

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing was written
        }
    }

    /** A file to write. */
    record Output(Instant deadline, Vertx vertx, SourceOutput output, long maxBytes)
            implements SourceGrant {

        void receive(HttpServerRequest request) {
            var length = request.getHeader("Content-Length");
            if (length != null && Long.parseLong(length) > maxBytes) {
                throw tooLarge().refused();
            }
            new SourceUpload(this, request).begin();
        }

        Problem tooLarge() {
            return Problem.of(413, "the output is over " + maxBytes + " bytes");
        }
    }
}
