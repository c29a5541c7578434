package dev.lumiere.gateway;

import dev.lumiere.fop.PercentEncoding;
import dev.lumiere.service.Problem;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which object a URL names: {@code /bucket/key} on any host name, or {@code /key} on {@code
 * bucket.domain}.
 *
 * @param key percent-decoded, without the leading slash; may be empty
 */
record ObjectAddress(String bucket, String key) {

    /**
     * Reads a request target.
     *
     * @param host the header {@code Host}, with or without a port
     * @param path the raw path, starting with a slash
     * @param domain buckets are also found at {@code bucket.domain}
     * @param isBucket whether a bucket of that name exists, asked for host names only
     * @throws Problem.Refused 400 if the path is not percent-encoded UTF-8, 404 if it names no
     *     bucket
     */
    static ObjectAddress of(
            @Nullable String host, String path, String domain, Predicate<String> isBucket) {
        var label = labelOf(host, domain);
        if (label != null && isBucket.test(label)) {
            return new ObjectAddress(label, decode(path.substring(1)));
        }
        var slash = path.indexOf('/', 1);
        if (slash < 0) {
            throw Problem.notFound("no object named in " + shortened(path)).refused();
        }
        return new ObjectAddress(
                decode(path.substring(1, slash)), decode(path.substring(slash + 1)));
    }

    private static @Nullable String labelOf(@Nullable String host, String domain) {
        if (host == null) {
            return null;
        }
        var colon = host.lastIndexOf(':');
        var name = colon < 0 ? host : host.substring(0, colon);
        var end = name.length() - domain.length() - 1;
        return end > 0
                        && name.charAt(end) == '.'
                        && name.regionMatches(true, end + 1, domain, 0, domain.length())
                ? name.substring(0, end)
                : null;
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
