package dev.lumiere.rendition;

import dev.lumiere.fop.InputReference;
import dev.lumiere.fop.run.Source;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Lookup;
import dev.lumiere.storage.StoredObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what pipelines refer to besides their source: objects of buckets, and what URLs give. What
 * is not there is refused with status 400, as it is the pipeline that is wrong.
 */
public final class Inputs {
    private final Buckets buckets;
    private final UrlInputs urls;

    /** Looks in the node's buckets, and fetches URLs with {@code client}. */
    public Inputs(Buckets buckets, OutgoingClient client, InstantSource clock) {
        this(buckets, url -> client.get(url, Instant.MAX), clock);
    }

    Inputs(Buckets buckets, UrlInputs.Fetch fetch, InstantSource clock) {
        this.buckets = buckets;
        urls = new UrlInputs(fetch, clock);
    }

    /**
     * What memory tells, without waiting.
     *
     * @param source whose bucket keys without a bucket are of
     * @return null if memory does not tell of all
     * @throws Problem.Refused if memory tells that one is not there
     */
    @Nullable Map<String, Input> atHand(
            StoredObject source, Map<String, InputReference> references) {
        var found = new LinkedHashMap<String, Input>();
        for (var named : references.entrySet()) {
            var reference = named.getValue();
            var input =
                    switch (reference) {
                        case InputReference.Url(var url) -> urls.atHand(url);
                        case InputReference.InBucket(var bucket, var key) ->
                                stored(reference, buckets.atHand(readable(bucket, source), key));
                        case InputReference.SameBucket(var key) ->
                                stored(
                                        reference,
                                        buckets.atHand(readable(source.bucket(), source), key));
                    };
            if (input == null) {
                return null;
            }
            found.put(named.getKey(), input);
        }
        return found;
    }

    /**
     * Looks everywhere, also where mirrors pull from; may wait, until {@code deadline}.
     *
     * @throws Problem.Refused naming what is not there or cannot be had
     */
    Map<String, Input> find(
            StoredObject source, Map<String, InputReference> references, Instant deadline)
            throws InterruptedException {
        var found = new LinkedHashMap<String, Input>();
        for (var named : references.entrySet()) {
            var reference = named.getValue();
            var input =
                    switch (reference) {
                        case InputReference.Url(var url) -> urls.find(url, deadline);
                        case InputReference.InBucket(var bucket, var key) ->
                                stored(reference, buckets.pull(readable(bucket, source), key));
                        case InputReference.SameBucket(var key) ->
                                stored(
                                        reference,
                                        buckets.pull(readable(source.bucket(), source), key));
                    };
            if (input == null) {
                throw new IllegalStateException("a lookup did not tell: " + reference);
            }
            found.put(named.getKey(), input);
        }
        return found;
    }

    /** Whether all of a plan's inputs that may change under it are still what they were. */
    boolean areUnchanged(Map<String, Input> inputs) {
        return inputs.values().stream()
                .allMatch(
                        input -> !(input instanceof Input.Stored(var o)) || buckets.isUnchanged(o));
    }

    /** The same for a run, by the same names. */
    Map<String, Source> sources(Map<String, Input> inputs) {
        var sources = new HashMap<String, Source>();
        inputs.forEach((name, input) -> sources.put(name, source(input)));
        return sources;
    }

    private Source source(Input input) {
        return switch (input) {
            case Input.Stored(var object) ->
                    new Source.OnDisk(
                            object.version(),
                            object.contentType(),
                            object.size(),
                            object.bucket(),
                            object.key(),
                            () -> buckets.open(object));
            case Input.FromUrl(var body, var hash) ->
                    new Source.InMemory(hash, body.contentType(), "", "", body.bytes());
        };
    }

    /**
     * A bucket that whoever wrote the pipeline may read: what is protected is not given to those
     * who lay it over something else, and what is private only to what is of the same bucket.
     *
     * @throws Problem.Refused 401
     */
    private String readable(String bucket, StoredObject source) {
        if (buckets.rules(bucket).protectsOriginals()) {
            throw Problem.of(401, "source file is protected").refused();
        }
        if (!bucket.equals(source.bucket()) && !buckets.isForAll(bucket)) {
            throw Problem.of(401, "bucket is not for all: " + bucket).refused();
        }
        return bucket;
    }

    /** Null if the lookup does not tell. */
    private static Input.@Nullable Stored stored(
            InputReference reference, @Nullable Lookup lookup) {
        return switch (lookup) {
            case null -> null;
            case Lookup.Found(var object) -> new Input.Stored(object);
            case Lookup.NoSuchKey _,
                    Lookup.Disabled _,
                    Lookup.NoSuchBucket _,
                    Lookup.BucketChanged _ ->
                    throw Problem.badRequest("input not found: " + reference).refused();
        };
    }
}
