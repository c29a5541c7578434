package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.ContentTypes;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/** Makes an object of what is at a URL. */
final class SourceFetch {
    /** The client of the fetch usually gives up sooner. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int PORTION_BYTES = 1 << 20;
    private static final int SOURCE_FAILED = 478;
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final OutgoingClient outgoing;
    private final BlobStore blobs;
    private final Catalog catalog;
    private final InstantSource clock;

    /**
     * What is wanted.
     *
     * @param to where it is to be; without a key, under its hash
     * @param md5 it must have, in hexadecimal digits; empty for any
     * @param etag it must have; empty for any
     * @param storageClass 0 to 5
     */
    record Wish(
            String url, Place to, String md5, String etag, int storageClass, IfExists ifExists) {
        static Wish of(String url, Place to) {
            return new Wish(url, to, "", "", 0, IfExists.REPLACE);
        }
    }

    SourceFetch(OutgoingClient outgoing, BlobStore blobs, Catalog catalog, InstantSource clock) {
        this.outgoing = outgoing;
        this.blobs = blobs;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Does it; blocks.
     *
     * @throws Problem.Refused 404 or 478 if the source does not give it, 403 if nothing is fetched
     *     from there, 400 if it is something else, 503 if there is no room or no place
     */
    CatalogObject run(Wish wish) throws InterruptedException {
        var body =
                switch (outgoing.get(wish.url(), clock.instant().plus(PATIENCE))) {
                    case Fetched.Body there -> there;
                    case Fetched.NotAllowed(var place) ->
                            throw Problem.of(403, "nothing is fetched from " + place).refused();
                    case Fetched.Failed(var reason, var status) ->
                            throw Problem.of(
                                            status == 404 ? 404 : SOURCE_FAILED,
                                            "the source: " + reason)
                                    .refused();
                    case Fetched.Busy _ ->
                            throw Problem.unavailable("too many fetches at once", RETRY_AFTER)
                                    .refused();
                };
        var blob = kept(body.bytes());
        check("md5", wish.md5().toLowerCase(Locale.ROOT), blob.md5());
        check("etag", wish.etag(), blob.qetag());
        var given = wish.to().key();
        var key = given == null ? blob.qetag() : given;
        return catalog.put(
                new CatalogObject(
                        wish.to().bucket(),
                        key,
                        blob.id(),
                        blob.size(),
                        blob.qetag(),
                        blob.md5(),
                        body.contentType().equals(UNKNOWN_TYPE)
                                ? ContentTypes.of(key)
                                : body.contentType(),
                        CatalogObject.putTime(clock.instant()),
                        wish.storageClass(),
                        false,
                        "",
                        0,
                        Map.of()),
                wish.ifExists());
    }

    private Blob kept(Buffer bytes) {
        try (var writer = blobs.begin()) {
            for (var at = 0; at < bytes.length(); at += PORTION_BYTES) {
                var end = Math.min(bytes.length(), at + PORTION_BYTES);
                writer.write(ByteBuffer.wrap(bytes.getBytes(at, end)));
            }
            return writer.finish();
        } catch (IOException _) {
            throw Problem.unavailable("storage fails", RETRY_AFTER).refused();
        }
    }

    private static void check(String what, String wanted, String actual) {
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            throw Problem.badRequest("%s is %s, not %s".formatted(what, actual, wanted)).refused();
        }
    }
}
