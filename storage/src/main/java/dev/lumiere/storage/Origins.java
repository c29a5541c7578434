package dev.lumiere.storage;

import dev.lumiere.storage.bucket.Bucket;

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
                public boolean pull(Bucket mirror, String key) {
                    return false;
                }
            };

    /** Whether it is known, since a short time ago, that it is not there either. Never waits. */
    boolean isMissing(Bucket mirror, String key);

    /**
     * Makes an object of what is there under a key; blocks.
     *
     * @return whether there is one now
     * @throws dev.lumiere.service.Problem.Refused if that is not known
     */
    boolean pull(Bucket mirror, String key) throws InterruptedException;
}
