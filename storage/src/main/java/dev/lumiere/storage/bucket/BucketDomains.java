package dev.lumiere.storage.bucket;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketEvent.BucketChanged;
import dev.lumiere.storage.bucket.DomainEvent.DomainGivenBack;
import dev.lumiere.storage.bucket.DomainEvent.DomainTaken;
import dev.lumiere.storage.rule.HostName;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hosts at which buckets are found. No two buckets have the same: a host has a stream of its own,
 * in which it is taken before its bucket has it, and given back after. Who is killed in between has
 * taken it for that bucket, which may have it, or give it back, later.
 *
 * <p>Whoever binds takes the host anew after looking at the bucket, and has it only if nothing has
 * happened to the bucket since; whoever unbinds looks at the host, then writes to the bucket, and
 * gives the host back only if nobody has taken it since. So of two that cross, the bucket that has
 * a host in the end has also taken it.
 */
public final class BucketDomains {
    private static final int MAX_DOMAINS = 100;
    private static final int MAX_TRIES = 20;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Histories<BucketEvent> buckets;
    private final Histories<DomainEvent> hosts;
    private final KnownBuckets known;
    private volatile Predicate<String> isReserved = _ -> false;

    BucketDomains(
            Histories<BucketEvent> buckets, Histories<DomainEvent> hosts, KnownBuckets known) {
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
        for (var tries = 0; tries < MAX_TRIES; tries++) {
            var last = buckets.last(BucketEvent.stream(name));
            var bucket = BucketCatalog.existing(BucketEvent.after(last.event()), name);
            var has = bucket.domains().contains(host);
            if (has && name.equals(DomainEvent.holder(claim(host).event()))) {
                return bucket;
            }
            if (!has && bucket.domains().size() >= MAX_DOMAINS) {
                throw Problem.badRequest("over " + MAX_DOMAINS + " domains").refused();
            }
            take(host, name);
            if (addTo(name, last.version(), bucket.withDomain(host))) {
                return bucket.withDomain(host);
            }
        }
        throw Problem.unavailable("too many change it at once", RETRY_AFTER).refused();
    }

    private void take(String host, String name) {
        hosts.change(
                DomainEvent.stream(host),
                last -> {
                    var holder = DomainEvent.holder(last.event());
                    if (holder != null && !holder.equals(name) && isThere(holder)) {
                        throw Problem.of(614, "domain is another bucket's: " + host).refused();
                    }
                    return new DomainTaken(host, name); // also if it has it, as in the class's doc
                });
    }

    /** By all that is in the log now. */
    private boolean isThere(String name) {
        buckets.catchUp();
        return BucketEvent.after(buckets.last(BucketEvent.stream(name)).event()) != null;
    }

    /** Whether the bucket was still as of that version. */
    private boolean addTo(String name, long version, Bucket after) {
        var isSame = new AtomicBoolean();
        buckets.change(
                BucketEvent.stream(name),
                last -> {
                    isSame.set(last.version() == version);
                    return isSame.get() ? new BucketChanged(after) : null;
                });
        return isSame.get();
    }

    /**
     * Has it found there no more.
     *
     * @throws Problem.Refused 612 if it is not
     */
    public Bucket unbind(String name, String domain) {
        var host = checked(domain);
        var claim = claim(host);
        var isClaimed = name.equals(DomainEvent.holder(claim.event()));
        var wasThere = new AtomicBoolean();
        var last =
                buckets.change(
                        BucketEvent.stream(name),
                        now -> {
                            var bucket =
                                    BucketCatalog.existing(BucketEvent.after(now.event()), name);
                            wasThere.set(bucket.domains().contains(host));
                            return isClaimed || wasThere.get() // who is binding it begins anew
                                    ? new BucketChanged(bucket.withoutDomain(host))
                                    : null;
                        });
        if (!isClaimed && !wasThere.get()) {
            throw Problem.of(612, "no such domain: " + host).refused();
        }
        giveBack(host, name, claim.version());
        return BucketCatalog.existing(BucketEvent.after(last.event()), name);
    }

    /** Who has a host, by the log. */
    Histories.Last<DomainEvent> claim(String host) {
        return hosts.last(DomainEvent.stream(host));
    }

    /** If it is this bucket's, and nothing has happened to the host since. */
    void giveBack(String host, String bucket, long version) {
        hosts.change(
                DomainEvent.stream(host),
                last ->
                        last.version() == version && bucket.equals(DomainEvent.holder(last.event()))
                                ? new DomainGivenBack(host)
                                : null);
    }

    private static String checked(String domain) {
        try {
            return HostName.parse(domain);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }
}
