package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/** Makes an object of what is at a URL. */
public final class SourceFetch {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int NOT_FOUND = 404;
    private static final int SOURCE_FAILED = 478;

    private final Sources sources;
    private final Catalog catalog;
    private final InstantSource clock;

    public SourceFetch(Sources sources, Catalog catalog, InstantSource clock) {
        this.sources = sources;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Does it; blocks.
     *
     * @param account for which it is, whose bucket it must be, also when the content is there
     * @throws Problem.Refused 404 or 478 if the source does not give it, 403 if nothing is fetched
     *     from there or the bucket is full, if possible before the content comes, 400 if it is
     *     something else, 614 if there is an object and must not be, 631 if the bucket is gone, 503
     *     if there is no room or no place
     */
    public CatalogObject run(String account, Wish wish) throws InterruptedException {
        var headers = wish.host().isEmpty() ? Map.<String, String>of() : host(wish.host());
        return switch (sources.take(wish.url(), headers, bytes -> admit(account, wish, bytes))) {
            case Sources.Taken.Here here -> put(account, wish, here);
            case Sources.Taken.NotThere(var status) ->
                    throw Problem.of(NOT_FOUND, "the source: status " + status).refused();
            case Sources.Taken.NotAllowed(var place) ->
                    throw Problem.of(403, "nothing is fetched from " + place).refused();
            case Sources.Taken.Failed(var reason) ->
                    throw Problem.of(SOURCE_FAILED, "the source: " + reason).refused();
            case Sources.Taken.Loop _ ->
                    throw Problem.of(SOURCE_FAILED, "the source: it leads in a circle").refused();
            case Sources.Taken.Busy _ ->
                    throw Problem.unavailable("too many fetches at once", RETRY_AFTER).refused();
            case Sources.Taken.Unchanged _ -> throw new IllegalStateException("nobody asked");
        };
    }

    private static Map<String, String> host(String host) {
        return Map.of("Host", host);
    }

    private void admit(String account, Wish wish, long bytes) {
        requireBucket(account, wish.bucket());
        catalog.requireRoom(wish.bucket(), wish.key(), bytes);
    }

    private void requireBucket(String account, String name) {
        var bucket = catalog.bucket(name);
        if (bucket == null || !bucket.account().equals(account)) {
            throw catalog.buckets().notFound(name);
        }
    }

    private CatalogObject put(String account, Wish wish, Sources.Taken.Here here) {
        requireBucket(account, wish.bucket());
        Blob blob = here.content().blob();
        check("md5", wish.md5().toLowerCase(Locale.ROOT), blob.md5());
        check("etag", wish.etag(), blob.qetag());
        var key = wish.key() == null ? blob.qetag() : wish.key();
        return catalog.put(
                CatalogObject.of(wish.bucket(), key, blob, here.mimeType(key), clock.instant())
                        .inClass(wish.storageClass()),
                wish.isNew() ? IfExists.REFUSE : IfExists.REPLACE);
    }

    private static void check(String what, String wanted, String actual) {
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            throw Problem.badRequest("%s is %s, not %s".formatted(what, actual, wanted)).refused();
        }
    }
}
