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
     * Finds the object of the first reading that has one.
     *
     * @return null if memory does not tell and the walk may reach no further
     * @throws Problem.Refused 404 naming what there is not, 401 if it is there and protected, 403
     *     if it is disabled
     */
    @Nullable Found find(Asked asked, Wanted wanted, Reach reach) {
        try {
            for (var reading : wanted.readings()) {
                switch (lookUp(reading.address(), reach)) {
                    case null -> {
                        return null;
                    }
                    case Lookup.Found(var object) -> {
                        if (!wanted.allows(reading, object.contentType())) {
                            throw Problem.of(401, "source file is protected").refused();
                        }
                        return new Found(reading, object, null);
                    }
                    case Lookup.NoSuchKey _ -> {}
                    case Lookup.Disabled _ ->
                            throw Problem.of(403, "object is disabled: " + reading.address().key())
                                    .refused();
                    case Lookup.NoSuchBucket _ ->
                            throw Problem.notFound("no such bucket: " + reading.address().bucket())
                                    .refused();
                }
            }
            var key = wanted.intended().address().key();
            throw Problem.notFound("no such object: " + key).refused();
        } finally {
            asked.done(Step.RESOLVE);
        }
    }

    private @Nullable Lookup lookUp(ObjectAddress address, Reach reach) {
        return reach == Reach.MEMORY
                ? buckets.atHand(address.bucket(), address.key())
                : buckets.find(address.bucket(), address.key());
    }
}
