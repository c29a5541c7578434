package dev.lumiere.gateway;

import dev.lumiere.storage.rule.HostName;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket a host name means: {@code bucket.domain}, or a host that a bucket has for its own.
 * The domain itself and what is below it are nobody's own.
 *
 * @param domain in small letters
 * @param isBucket whether a bucket of that name exists
 * @param atHost the bucket that has a host of its own; null if none has
 */
record BucketHosts(
        String domain, Predicate<String> isBucket, Function<String, @Nullable String> atHost) {
    /**
     * Reads the header {@code Host}, with or without a port.
     *
     * @return null if it means no bucket
     */
    @Nullable String bucket(@Nullable String header) {
        if (header == null) {
            return null;
        }
        var host = HostName.inHeader(header);
        if (host.equals(domain)) {
            return null;
        }
        var end = host.length() - domain.length() - 1;
        if (end > 0 && host.charAt(end) == '.' && host.endsWith(domain)) {
            var label = host.substring(0, end);
            return isBucket.test(label) ? label : null;
        }
        return atHost.apply(host);
    }
}
