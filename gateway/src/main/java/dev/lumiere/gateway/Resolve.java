package dev.lumiere.gateway;

import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.gateway.StepTimes.Step;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Lookup;
import dev.lumiere.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/** The second step: the object a URL names, as it is now. */
final class Resolve {
    private final Buckets buckets;

    Resolve(Buckets buckets) {
        this.buckets = buckets;
    }

    /**
     * Finds the object.
     *
     * @return null if memory does not tell and the walk may reach no further
     * @throws Problem.Refused 404 naming what there is not
     */
    @Nullable StoredObject find(Asked asked, ObjectAddress address, Reach reach) {
        var lookup =
                reach == Reach.MEMORY
                        ? buckets.atHand(address.bucket(), address.key())
                        : buckets.find(address.bucket(), address.key());
        asked.done(Step.RESOLVE);
        return switch (lookup) {
            case null -> null;
            case Lookup.Found(var object) -> object;
            case Lookup.NoSuchKey _ ->
                    throw Problem.notFound("no such object: " + address.key()).refused();
            case Lookup.NoSuchBucket _ ->
                    throw Problem.notFound("no such bucket: " + address.bucket()).refused();
        };
    }
}
