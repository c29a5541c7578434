package dev.lumiere.storage.catalog;

import java.util.List;
import java.util.Objects;

/**
 * A bucket whose objects are in the catalog.
 *
 * @param name 3 to 63 of {@code a-z}, digits and inner hyphens
 * @param account whose it is
 * @param region a tag, such as {@code z0}
 * @param isPrivate whether downloads need a token
 * @param domains names of hosts at which its objects are found
 * @param maxAge seconds for which an original may be kept by who fetched it; -1 for the default
 * @param created second since 1970
 * @param origins where what it does not have is pulled from, the preferred one first; none if it is
 *     no mirror
 */
public record Bucket(
        String name,
        String account,
        String region,
        boolean isPrivate,
        List<String> domains,
        long maxAge,
        long created,
        List<Origin> origins) {
    public Bucket {
        domains = List.copyOf(domains);
        // older nodes did not write them
        origins = List.copyOf(Objects.requireNonNullElse(origins, List.of()));
    }

    /** The same, kept so long by who fetched what is in it; -1 for the default. */
    public Bucket withMaxAge(long seconds) {
        return new Bucket(name, account, region, isPrivate, domains, seconds, created, origins);
    }

    /** The same, private or public. */
    public Bucket withPrivacy(boolean privacy) {
        return new Bucket(name, account, region, privacy, domains, maxAge, created, origins);
    }

    /** The same, a mirror of these. */
    Bucket withOrigins(List<Origin> others) {
        return new Bucket(name, account, region, isPrivate, domains, maxAge, created, others);
    }
}
