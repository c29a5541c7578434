package dev.lumiere.storage;

import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.catalog.CatalogObject;

/** Where mirrors pull from what they do not have. */
public interface Origins {
    /** Nothing is pulled. */
    Origins NONE =
            new Origins() {
                @Override
                public boolean isMissing(Bucket mirror, String key) {
                    return true;
                }

                @Override
                public Pull pull(Bucket mirror, String key) {
                    return new Pull.Missing();
                }
            };

    /** What came of asking them for an object. */
    sealed interface Pull {
        /** It is in the bucket now. */
        record Kept() implements Pull {}

        /** It is there, and the bucket is too full to keep it. */
        record Passing(CatalogObject object) implements Pull {}

        /** It is not there either. */
        record Missing() implements Pull {}
    }

    /** Whether it is known, since a short time ago, that it is not there either. Never waits. */
    boolean isMissing(Bucket mirror, String key);

    /**
     * Makes an object of what is there under a key; blocks.
     *
     * @throws dev.lumiere.service.Problem.Refused if it is not known whether there is one
     */
    Pull pull(Bucket mirror, String key) throws InterruptedException;
}
