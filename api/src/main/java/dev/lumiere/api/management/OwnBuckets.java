package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.Bucket;
import dev.lumiere.storage.catalog.BucketCatalog;

/** The buckets of one account. Others' are as if they were not there. */
record OwnBuckets(BucketCatalog all, String account) {
    /**
     * Finds one.
     *
     * @throws Problem.Refused 631 if there is none
     */
    Bucket find(String name) {
        var bucket = all.find(name);
        if (bucket == null || !bucket.account().equals(account)) {
            throw noSuchBucket();
        }
        return bucket;
    }

    static Problem.Refused noSuchBucket() {
        return Problem.of(631, "no such bucket").refused();
    }
}
