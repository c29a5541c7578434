package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;

/**
 * A key pair of an account.
 *
 * @param accessKey public
 * @param secretKey never logged, never shown but once
 * @param account whose it is
 * @param isEnabled whether it signs anything now
 * @param scope what it may be used for
 */
public record Credential(
        String accessKey, String secretKey, String account, boolean isEnabled, KeyScope scope) {
    private static final int MAX_ECHOED = 100;

    /** One that may do everything. */
    public Credential(String accessKey, String secretKey, String account, boolean isEnabled) {
        this(accessKey, secretKey, account, isEnabled, KeyScope.ALL);
    }

    /** The same, enabled or disabled. */
    public Credential enabled(boolean whether) {
        return new Credential(accessKey, secretKey, account, whether, scope);
    }

    /**
     * Refuses what it may not be used for.
     *
     * @param key of the object, or the beginning of all keys that are meant; empty if the bucket as
     *     a whole is
     * @throws Problem.Refused 403 naming it
     */
    public void require(Act act, String bucket, String key) {
        if (!scope.allows(act, bucket, key)) {
            throw refused(act, bucket, key);
        }
    }

    /**
     * Refuses if there is nothing in a bucket that it may be used for so.
     *
     * @throws Problem.Refused 403 naming it
     */
    public void requireSome(Act act, String bucket) {
        if (!scope.allows(act) || !scope.concerns(bucket)) {
            throw refused(act, bucket, "");
        }
    }

    private Problem.Refused refused(Act act, String bucket, String key) {
        var object = key.length() > MAX_ECHOED ? key.substring(0, MAX_ECHOED) + "…" : key;
        return Problem.of(
                        403,
                        "key %s may not %s %s"
                                .formatted(
                                        accessKey,
                                        act.word(),
                                        key.isEmpty() ? "bucket " + bucket : bucket + "/" + object))
                .refused();
    }

    @Override
    public String toString() {
        return accessKey + " of " + account;
    }
}
