package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.sign.Credential;
import java.util.List;

/**
 * The buckets of one account, as one of its keys may use them. Others' are as if they were not
 * there.
 *
 * @param key by which the call was signed
 */
record OwnBuckets(BucketCatalog all, Credential key) {
    String account() {
        return key.account();
    }

    /** Those in which the key may do anything, by name. */
    List<Bucket> list() {
        return all.of(account()).stream()
                .filter(bucket -> key.scope().concerns(bucket.name()))
                .toList();
    }

    /**
     * Finds one whose settings are to be changed.
     *
     * @throws Problem.Refused 631 if there is none, 403 if the key may not
     */
    Bucket find(String name) {
        return find(name, Act.MANAGE, "");
    }

    /**
     * Finds one to do something in it.
     *
     * @param object its key, or the beginning of all keys that are meant; empty for the bucket as a
     *     whole
     * @throws Problem.Refused 631 if there is none, 403 if the key may not
     */
    Bucket find(String name, Act act, String object) {
        var bucket = existing(name);
        key.require(act, name, object);
        return bucket;
    }

    /**
     * Finds one, whatever the key may do in it.
     *
     * @throws Problem.Refused 631 if there is none
     */
    Bucket existing(String name) {
        var bucket = all.find(name);
        if (bucket == null || !bucket.account().equals(account())) {
            throw all.notFound(name);
        }
        return bucket;
    }
}
