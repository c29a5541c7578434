package dev.lumiere.storage.bucket;

import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketEvent.BucketChanged;
import dev.lumiere.storage.bucket.BucketEvent.BucketCreated;
import dev.lumiere.storage.bucket.BucketEvent.BucketDropped;
import dev.lumiere.storage.bucket.BucketEvent.BucketMirrored;
import dev.lumiere.storage.rule.BucketSettings;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The buckets as they are now. Every change is an event in the log before it is answered; refusals
 * are those of Qiniu's services. What is read is in memory, and a moment behind what other nodes
 * did; what changes blocks.
 */
public final class BucketCatalog {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,32}");

    private static final String FOLDER = "a folder of this node, which is only read, by URL";

    private final Predicate<String> isFilled;
    private final Histories<BucketEvent> histories;
    private final BucketDomains domains;
    private final UrlKeys urlKeys = new UrlKeys();
    private final Predicate<String> isTaken;
    private final InstantSource clock;
    private final KnownBuckets known;

    /**
     * Of those that are known.
     *
     * @param isFilled whether objects are in a bucket, also such as have expired
     */
    public BucketCatalog(
            Predicate<String> isFilled,
            Histories<BucketEvent> histories,
            Histories<DomainEvent> hosts,
            KnownBuckets known,
            Predicate<String> isTaken,
            InstantSource clock) {
        this.isFilled = isFilled;
        this.histories = histories;
        this.isTaken = isTaken;
        this.clock = clock;
        this.known = known;
        domains = new BucketDomains(histories, hosts, known);
    }

    /**
     * Makes a bucket.
     *
     * @throws Problem.Refused 400 for a name that is none, 614 if there is one, or objects are left
     *     that came into one of that name while it was dropped
     */
    public Bucket create(String name, String account, String region) {
        if (!NAME.matcher(name).matches()) {
            throw Problem.badRequest(
                            "bucket name is not 3 to 63 of a-z, 0-9 and inner hyphens: " + name)
                    .refused();
        }
        if (!REGION.matcher(region).matches()) {
            throw Problem.badRequest("region is not 1 to 32 letters, digits and hyphens: " + region)
                    .refused();
        }
        var bucket =
                new Bucket(
                        name,
                        account,
                        region,
                        false,
                        List.of(),
                        -1,
                        clock.instant().getEpochSecond(),
                        List.of(),
                        BucketSettings.NONE);
        return decide(
                name,
                there -> {
                    if (isTaken.test(name)) {
                        throw Problem.of(614, "bucket exists: %s is %s".formatted(name, FOLDER))
                                .refused();
                    }
                    if (there != null || hasObjects(name)) {
                        throw Problem.of(614, "bucket exists: " + name).refused();
                    }
                    return new BucketCreated(bucket);
                });
    }

    /** Their own hosts. */
    public BucketDomains domains() {
        return domains;
    }

    /** The keys with which URLs of what is in them are signed. */
    public UrlKeys urlKeys() {
        return urlKeys;
    }

    /** From memory; null if there is none. */
    public @Nullable Bucket find(String name) {
        return known.find(name);
    }

    /** All there are, by name. */
    public List<Bucket> all() {
        return known.all();
    }

    /** Those that have rules by which others are told of their objects. */
    public List<Bucket> watched() {
        return known.watched();
    }

    /** Up to where this node has heard of the log. */
    public PositionVector now() {
        return histories.end();
    }

    /** Of an account, by name. */
    public List<Bucket> of(String account) {
        return known.all().stream().filter(bucket -> bucket.account().equals(account)).toList();
    }

    /** Changes anything but name, account and creation. */
    public Bucket change(String name, UnaryOperator<Bucket> change) {
        return decide(
                name,
                there -> {
                    var before = existing(there, name);
                    var after = change.apply(before);
                    if (!after.name().equals(name)
                            || !after.account().equals(before.account())
                            || after.created() != before.created()) {
                        throw new IllegalArgumentException("another bucket: " + after);
                    }
                    return after.equals(before) ? null : new BucketChanged(after);
                });
    }

    /** Says where what a bucket does not have is pulled from; none for nowhere. */
    public Bucket mirror(String name, List<Origin> origins) {
        return decide(
                name,
                there -> {
                    var before = existing(there, name);
                    var after = before.withOrigins(origins);
                    return after.equals(before) ? null : new BucketMirrored(after);
                });
    }

    /** Changes what is set for it; what cannot be set is refused with 400. */
    public Bucket set(String name, UnaryOperator<BucketSettings> change) {
        return change(
                name,
                bucket -> {
                    try {
                        return bucket.with(change);
                    } catch (IllegalArgumentException e) {
                        throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
                    }
                });
    }

    /**
     * Takes an empty bucket away.
     *
     * @throws Problem.Refused 403 if objects are in it
     */
    public void drop(String name) {
        var hosts = new HashMap<String, Long>();
        histories.change(
                BucketEvent.stream(name),
                last -> {
                    var there = existing(BucketEvent.after(last.event()), name);
                    hosts.clear();
                    there.domains().forEach(host -> hosts.put(host, domains.claim(host).version()));
                    if (hasObjects(name)) {
                        throw Problem.of(403, "bucket is not empty: " + name).refused();
                    }
                    return new BucketDropped(name);
                });
        hosts.forEach((host, version) -> domains.giveBack(host, name, version));
    }

    /** By all that is in the log now. */
    private boolean hasObjects(String name) {
        histories.catchUp();
        return isFilled.test(name);
    }

    @FunctionalInterface
    private interface Decision {
        @Nullable BucketEvent on(@Nullable Bucket there);
    }

    private Bucket decide(String name, Decision decision) {
        var last =
                histories.change(
                        BucketEvent.stream(name), l -> decision.on(BucketEvent.after(l.event())));
        return existing(BucketEvent.after(last.event()), name);
    }

    /** The refusal where there is no bucket of that name, which may be a folder all the same. */
    public Problem.Refused notFound(String name) {
        return isTaken.test(name)
                ? Problem.of(631, "no such bucket: %s is %s".formatted(name, FOLDER)).refused()
                : noSuchBucket(name);
    }

    /** From memory; refuses if there is none. */
    Bucket existing(String name) {
        return existing(known.find(name), name);
    }

    static Bucket existing(@Nullable Bucket bucket, String name) {
        if (bucket == null) {
            throw noSuchBucket(name);
        }
        return bucket;
    }

    /** The refusal where there is no bucket of that name. */
    private static Problem.Refused noSuchBucket(String name) {
        return Problem.of(631, "no such bucket: " + name).refused();
    }
}
