package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.CatalogObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pulls one object into a mirror: from the first origin that answers. */
final class Pulling {
    private static final Logger LOG = LoggerFactory.getLogger(Pulling.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int SOURCE_FAILED = 478;
    private static final int FULL = 403;

    private final Sources sources;
    private final OriginObjects objects;
    private final Pseudonyms pseudonyms;

    Pulling(Sources sources, OriginObjects objects, Pseudonyms pseudonyms) {
        this.sources = sources;
        this.objects = objects;
        this.pseudonyms = pseudonyms;
    }

    /**
     * What is pulled; from other origins it is something else, and what other mirrors wait for may
     * wait for none of them.
     */
    record Wanted(String bucket, List<Origin> origins, String key, Via via) {
        Wanted(Bucket mirror, String key, Via via) {
            this(mirror.name(), mirror.origins(), key, via);
        }

        /** The same by who comes through no mirror. */
        Wanted direct() {
            return new Wanted(bucket, origins, key, Via.NONE);
        }
    }

    /** What became of it. */
    sealed interface Pulled {
        record Here() implements Pulled {}

        /** It is here as somebody else has pulled it meanwhile, who may have seen it before. */
        record Overtaken() implements Pulled {}

        /**
         * It is there, and the bucket has no room for it.
         *
         * @param problem with which that is refused
         */
        record Passing(CatalogObject object, Problem problem) implements Pulled {}

        record Missing() implements Pulled {}

        record Failed(Problem problem) implements Pulled {}
    }

    /**
     * Whether the request for which it would be has been here already, or at too many others: a
     * mirror whose source is itself, or those that are each other's. It is refused with 508, not
     * 404: that nothing is there would be remembered, no further source be asked, and whoever set
     * it up not see why.
     */
    boolean isLoop(Wanted wanted) {
        return !wanted.via.equals(Via.NONE) && wanted.via.isLoop(pseudonyms.of(wanted.bucket));
    }

    static Problem loop(String bucket) {
        return Problem.of(
                Sources.LOOP, "the source of bucket %s leads in a circle".formatted(bucket));
    }

    /**
     * Pulls it; blocks. An origin that has nothing has answered.
     *
     * @param there what is here already; null if nothing is
     */
    Pulled pull(Wanted wanted, @Nullable CatalogObject there) throws InterruptedException {
        var via = wanted.via.through(pseudonyms.of(wanted.bucket));
        Problem problem = null;
        for (var origin : wanted.origins) {
            var url = OriginObjects.url(origin, wanted.key);
            switch (sources.take(url, OriginObjects.headers(origin, there, via))) {
                case Sources.Taken.Here here -> {
                    return keep(wanted, here, there);
                }
                case Sources.Taken.Unchanged _ -> {
                    return new Pulled.Here();
                }
                case Sources.Taken.NotThere _ -> {
                    return new Pulled.Missing();
                }
                case Sources.Taken.Busy _ -> {
                    return new Pulled.Failed(
                            Problem.unavailable("too much is fetched at once", RETRY_AFTER));
                }
                case Sources.Taken.Loop _ -> problem = loop(wanted.bucket);
                case Sources.Taken.Failed(var reason) -> problem = failed(wanted, reason);
                case Sources.Taken.NotAllowed _ ->
                        problem = failed(wanted, "nothing may be fetched from there (fetch.hosts)");
            }
            LOG.atWarn()
                    .addKeyValue("bucket", wanted.bucket)
                    .addKeyValue("url", url)
                    .addKeyValue("reason", problem.error())
                    .log("a source failed");
        }
        return new Pulled.Failed(problem == null ? failed(wanted, "there is none") : problem);
    }

    /** Where it is, is not for everybody to know. */
    private static Problem failed(Wanted wanted, String why) {
        var error = "the source of bucket %s failed: %s".formatted(wanted.bucket, why);
        return Problem.of(SOURCE_FAILED, error);
    }

    private Pulled keep(Wanted wanted, Sources.Taken.Here here, @Nullable CatalogObject there) {
        var object = objects.of(wanted.bucket, wanted.key, here, there);
        CatalogObject now;
        try {
            now = objects.put(object, there);
        } catch (Problem.Refused e) {
            if (e.problem().status() == FULL) {
                return new Pulled.Passing(object, e.problem());
            }
            throw e;
        }
        if (now == null || now.blob().equals(object.blob())) {
            return new Pulled.Here();
        }
        var isAsItWas = there != null && now.blob().equals(there.blob());
        return isAsItWas || OriginObjects.isPulled(now)
                ? new Pulled.Overtaken()
                : new Pulled.Here(); // somebody has put something else meanwhile
    }
}
