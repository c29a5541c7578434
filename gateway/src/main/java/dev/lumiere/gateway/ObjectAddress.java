package dev.lumiere.gateway;

import dev.lumiere.fop.PercentEncoding;
import dev.lumiere.service.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Which object a URL names: {@code /bucket/key} on any host name, or {@code /key} on one that means
 * a bucket.
 *
 * @param key percent-decoded, without the leading slash; may be empty
 */
record ObjectAddress(String bucket, String key) {

    /**
     * Reads a request target.
     *
     * @param host the header {@code Host}, with or without a port
     * @param path the raw path, starting with a slash
     * @throws Problem.Refused 400 if the path is not percent-encoded UTF-8, 404 if it names no
     *     bucket
     */
    static ObjectAddress of(@Nullable String host, String path, BucketHosts hosts) {
        var bucket = hosts.bucket(host);
        if (bucket != null) {
            return new ObjectAddress(bucket, decode(path.substring(1)));
        }
        var slash = path.indexOf('/', 1);
        if (slash < 0) {
            throw Problem.notFound("no object named in " + shortened(path)).refused();
        }
        return new ObjectAddress(
                decode(path.substring(1, slash)), decode(path.substring(slash + 1)));
    }

    private static String decode(String raw) {
        try {
            return PercentEncoding.decode(raw);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("path is not percent-encoded UTF-8: " + shortened(raw))
                    .refused();
        }
    }

    private static String shortened(String raw) {
        return raw.length() <= 200 ? raw : raw.substring(0, 200) + "…";
    }
}
