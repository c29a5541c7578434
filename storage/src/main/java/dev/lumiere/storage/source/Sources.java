package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Download;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.service.fetch.IncomingBody;
import dev.lumiere.service.fetch.Opened;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.ContentTypes;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.upload.Content;
import dev.lumiere.storage.upload.ContentWriter;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes what is at URLs into the blobs while it comes: all of it or nothing. */
public final class Sources {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    /** Loop detected (RFC 5842, section 7.2): what mirrors answer that are asked in a circle. */
    static final int LOOP = 508;

    private final OutgoingClient outgoing;
    private final BlobStore blobs;
    private final SourceConfig config;
    private final InstantSource clock;

    /** What became of it. */
    sealed interface Taken {
        /**
         * It is kept.
         *
         * @param contentType as its server says
         * @param etag as its server says; null if it does not
         * @param lastModified as its server says; null if it does not
         */
        record Here(
                Content content,
                String contentType,
                @Nullable String etag,
                @Nullable String lastModified)
                implements Taken {
            /** The server's word, else what the key says, else what the bytes say. */
            String mimeType(String key) {
                if (!contentType.equals(ContentTypes.UNKNOWN)) {
                    return contentType;
                }
                var byName = ContentTypes.of(key);
                var sniffed = content.sniffedType();
                return byName.equals(ContentTypes.UNKNOWN) && sniffed != null ? sniffed : byName;
            }
        }

        /** It is what the headers said. */
        record Unchanged() implements Taken {}

        /** Its server says that there is none. */
        record NotThere(int status) implements Taken {}

        /** Nothing is fetched from there. */
        record NotAllowed(String place) implements Taken {}

        /** Its server says that it is asked in a circle. */
        record Loop() implements Taken {}

        record Failed(String reason) implements Taken {}

        /** As much is fetched as there may be. */
        record Busy() implements Taken {}
    }

    public Sources(
            OutgoingClient outgoing, BlobStore blobs, SourceConfig config, InstantSource clock) {
        this.outgoing = outgoing;
        this.blobs = blobs;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Takes it; blocks.
     *
     * @param headers as in {@link Download}
     * @throws Problem.Refused 503 if the bytes cannot be kept
     */
    Taken take(String url, Map<String, String> headers) throws InterruptedException {
        return take(url, headers, _ -> {});
    }

    /**
     * Takes it; blocks.
     *
     * @param headers as in {@link Download}
     * @param admission told how many bytes come before they do, 0 if their server does not say; may
     *     refuse them
     * @throws Problem.Refused 503 if the bytes cannot be kept, and as they are refused
     */
    Taken take(String url, Map<String, String> headers, LongConsumer admission)
            throws InterruptedException {
        var until = clock.instant().plus(config.timeout());
        return switch (outgoing.open(new Download(url, headers, config.maxBytes(), until))) {
            case Opened.Incoming(var body) -> taken(body, admission);
            case Opened.NotModified _ -> new Taken.Unchanged();
            case Fetched.NotAllowed(var place) -> new Taken.NotAllowed(place);
            case Fetched.Failed(_, var status) when status == NOT_FOUND || status == GONE ->
                    new Taken.NotThere(status);
            case Fetched.Failed(_, var status) when status == LOOP -> new Taken.Loop();
            case Fetched.Failed(var reason, _) -> new Taken.Failed(reason);
            case Fetched.Busy _ -> new Taken.Busy();
        };
    }

    private Taken taken(IncomingBody body, LongConsumer admission) throws InterruptedException {
        try (body;
                var writer = new ContentWriter(blobs)) {
            admission.accept(body.declaredBytes());
            var content = writer.take(body, config.maxBytes()).finish();
            return new Taken.Here(
                    content,
                    body.contentType(),
                    body.validator(HttpHeaders.ETAG),
                    body.validator(HttpHeaders.LAST_MODIFIED));
        } catch (InterruptedIOException _) {
            Thread.interrupted(); // it is in the exception now
            throw new InterruptedException();
        } catch (IOException e) {
            return new Taken.Failed(String.valueOf(e.getMessage()));
        }
    }
}
