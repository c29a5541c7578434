package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;

/**
 * Which keys an object may get: any text of at most {@value #MAX_BYTES} bytes of UTF-8 without NUL.
 * Slashes and dots mean nothing, since no key ever names a file.
 */
final class UploadKey {
    private static final int MAX_BYTES = 750;

    private UploadKey() {}

    /**
     * The same.
     *
     * @throws Problem.Refused 400 saying what is wrong with it
     */
    static String checked(String key) {
        if (key.length() > MAX_BYTES || key.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw Problem.badRequest("the key is over " + MAX_BYTES + " bytes").refused();
        }
        if (key.indexOf(0) >= 0) {
            throw Problem.badRequest("the key has a NUL").refused();
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw Problem.badRequest("the key is no Unicode text").refused();
        }
        return key;
    }
}
