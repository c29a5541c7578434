package dev.lumiere.gateway;

import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.gateway.StepTimes.Step;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Lookup;
import org.jspecify.annotations.Nullable;

/** The second step: the object a URL names, as it is now. */
final class Resolve {
    private final Buckets buckets;

    Resolve(Buckets buckets) {
        this.buckets = buckets;
    }

    /**
     * Finds the object of the first reading that has one. Only where none has, a mirror pulls: what
     * was most likely meant first.
     *
     * @return null if memory does not tell and the walk may reach no further, or if the walk is to
     *     begin again, as the bucket is not what it was when the caller was let in
     * @throws Problem.Refused 404 naming what there is not, 401 if it is there and protected, 403
     *     if it is disabled, 478 if a mirror's source fails
     */
    @Nullable Found find(Asked asked, Wanted wanted, Reach reach) throws InterruptedException {
        try {
            for (var reading : wanted.readings()) {
                var lookup = lookUp(reading.address(), reach);
                if (lookup == null || lookup instanceof Lookup.BucketChanged) {
                    return null;
                }
                var found = found(lookup, reading, wanted);
                if (found != null) {
                    return found;
                }
            }
            if (reach == Reach.ANYWHERE) {
                for (var reading : wanted.likeliestFirst()) {
                    var address = reading.address();
                    var lookup = buckets.pull(address.bucket(), address.key());
                    if (lookup instanceof Lookup.BucketChanged) {
                        return null;
                    }
                    var found = found(lookup, reading, wanted);
                    if (found != null) {
                        return found;
                    }
                }
            }
            var key = wanted.intended().address().key();
            throw Problem.notFound("no such object: " + key).refused();
        } finally {
            asked.done(Step.RESOLVE);
        }
    }

    /** Null if there is none. */
    private static @Nullable Found found(Lookup lookup, Reading reading, Wanted wanted) {
        return switch (lookup) {
            case Lookup.Found(var object) -> {
                if (!wanted.allows(reading, object.contentType())) {
                    throw Problem.of(401, "source file is protected").refused();
                }
                yield new Found(reading, object, null);
            }
            case Lookup.NoSuchKey _, Lookup.BucketChanged _ -> null;
            case Lookup.Disabled _ ->
                    throw Problem.of(403, "object is disabled: " + reading.address().key())
                            .refused();
            case Lookup.NoSuchBucket _ ->
                    throw Problem.notFound("no such bucket: " + reading.address().bucket())
                            .refused();
        };
    }

    private @Nullable Lookup lookUp(ObjectAddress address, Reach reach) {
        return reach == Reach.MEMORY
                ? buckets.atHand(address.bucket(), address.key())
                : buckets.find(address.bucket(), address.key());
    }
}
