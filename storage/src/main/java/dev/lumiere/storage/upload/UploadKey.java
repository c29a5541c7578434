package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.ObjectKey;

/** Which keys an object may be uploaded under: all that it may have, but those with a NUL. */
final class UploadKey {
    private UploadKey() {}

    /**
     * The same.
     *
     * @throws Problem.Refused 400 saying what is wrong with it
     */
    static String checked(String key) {
        if (key.indexOf(0) >= 0) {
            throw Problem.badRequest("the key has a NUL").refused();
        }
        return ObjectKey.checked(key);
    }
}
