package dev.lumiere.storage.bucket;

import dev.lumiere.storage.rule.BucketSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A bucket whose objects are in the catalog.
 *
 * @param name 3 to 63 of {@code a-z}, digits and inner hyphens
 * @param account whose it is
 * @param region a tag, such as {@code z0}
 * @param isPrivate whether downloads need a token
 * @param domains names of hosts at which its objects are found, of no other bucket
 * @param maxAge seconds for which an original may be kept by who fetched it; -1 for the default
 * @param created second since 1970
 * @param origins where what it does not have is pulled from, the preferred one first; none if it is
 *     no mirror
 * @param settings all else that its owner has said
 */
public record Bucket(
        String name,
        String account,
        String region,
        boolean isPrivate,
        List<String> domains,
        long maxAge,
        long created,
        List<Origin> origins,
        BucketSettings settings) {
    public Bucket {
        domains = List.copyOf(domains);
        // older nodes did not write them
        origins = List.copyOf(Objects.requireNonNullElse(origins, List.of()));
        settings = Objects.requireNonNullElse(settings, BucketSettings.NONE);
    }

    /** The same, kept so long by who fetched what is in it; -1 for the default. */
    public Bucket withMaxAge(long seconds) {
        return new Bucket(
                name, account, region, isPrivate, domains, seconds, created, origins, settings);
    }

    /** The same, private or public. */
    public Bucket withPrivacy(boolean privacy) {
        return new Bucket(
                name, account, region, privacy, domains, maxAge, created, origins, settings);
    }

    /** The same, a mirror of these. */
    Bucket withOrigins(List<Origin> others) {
        return new Bucket(
                name, account, region, isPrivate, domains, maxAge, created, others, settings);
    }

    /** The same with other settings. */
    public Bucket with(UnaryOperator<BucketSettings> change) {
        return new Bucket(
                name,
                account,
                region,
                isPrivate,
                domains,
                maxAge,
                created,
                origins,
                change.apply(settings));
    }

    /** The same at one more host. */
    Bucket withDomain(String host) {
        var more = new ArrayList<>(domains);
        if (!more.contains(host)) {
            more.add(host);
        }
        return withDomains(more);
    }

    /** The same, not at that host. */
    Bucket withoutDomain(String host) {
        return withDomains(domains.stream().filter(each -> !each.equals(host)).toList());
    }

    private Bucket withDomains(List<String> hosts) {
        return new Bucket(
                name, account, region, isPrivate, hosts, maxAge, created, origins, settings);
    }
}
