package dev.lumiere.storage.catalog;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.DomainEvent.DomainGivenBack;
import dev.lumiere.storage.catalog.DomainEvent.DomainTaken;
import dev.lumiere.storage.rule.HostName;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hosts at which buckets are found. No two buckets have the same: a host has a stream of its own,
 * in which it is taken before its bucket has it, and given back after. Who is killed in between has
 * taken it for that bucket, which may have it, or give it back, later.
 */
public final class BucketDomains {
    private static final int MAX_DOMAINS = 100;

    private final BucketCatalog buckets;
    private final Histories<DomainEvent> hosts;
    private final KnownBuckets known;
    private volatile Predicate<String> isReserved = _ -> false;

    BucketDomains(BucketCatalog buckets, Histories<DomainEvent> hosts, KnownBuckets known) {
        this.buckets = buckets;
        this.hosts = hosts;
        this.known = known;
    }

    /**
     * Says which hosts are the platform's, so that no bucket is found there.
     *
     * @param reserved told a name in small letters
     */
    public void reserve(Predicate<String> reserved) {
        isReserved = reserved;
    }

    /**
     * The bucket that is found at a host, from memory.
     *
     * @param host in small letters, without a port
     * @return its name; null if none is
     */
    public @Nullable String at(String host) {
        var bucket = known.at(host);
        return bucket == null || isReserved.test(host) ? null : bucket;
    }

    /**
     * Has a bucket found at a host too.
     *
     * @throws Problem.Refused 400 if it is no host's name, or the platform's; 614 if it is another
     *     bucket's
     */
    public Bucket bind(String name, String domain) {
        var host = checked(domain);
        if (isReserved.test(host)) {
            throw Problem.badRequest("domain is the platform's own: " + host).refused();
        }
        if (buckets.existing(name).domains().size() >= MAX_DOMAINS) {
            throw Problem.badRequest("over " + MAX_DOMAINS + " domains").refused();
        }
        hosts.change(
                DomainEvent.stream(host),
                last -> {
                    var holder = DomainEvent.holder(last.event());
                    if (name.equals(holder)) {
                        return null;
                    }
                    if (holder != null && buckets.isThere(holder)) {
                        throw Problem.of(614, "domain is another bucket's: " + host).refused();
                    }
                    return new DomainTaken(host, name);
                });
        return buckets.change(name, bucket -> bucket.withDomain(host));
    }

    /**
     * Has it found there no more.
     *
     * @throws Problem.Refused 612 if it is not
     */
    public Bucket unbind(String name, String domain) {
        var host = checked(domain);
        var wasThere = buckets.existing(name).domains().contains(host);
        var bucket = buckets.change(name, there -> there.withoutDomain(host));
        if (!giveBack(host, name) && !wasThere) {
            throw Problem.of(612, "no such domain: " + host).refused();
        }
        return bucket;
    }

    /** Tells whether it was this bucket's. */
    boolean giveBack(String host, String bucket) {
        var isHeld = new AtomicBoolean();
        hosts.change(
                DomainEvent.stream(host),
                last -> {
                    isHeld.set(bucket.equals(DomainEvent.holder(last.event())));
                    return isHeld.get() ? new DomainGivenBack(host) : null;
                });
        return isHeld.get();
    }

    private static String checked(String domain) {
        try {
            return HostName.parse(domain);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }
}
