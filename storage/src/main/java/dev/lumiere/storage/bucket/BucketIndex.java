package dev.lumiere.storage.bucket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import java.io.IOException;

/** Buckets in an index: under {@code b} and its name a bucket. */
public final class BucketIndex {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final String BUCKETS = "b";

    private BucketIndex() {}

    /**
     * What is kept of a bucket.
     *
     * @param version of its stream
     */
    private record Entry(long version, Bucket bucket) {}

    /** Takes in an event of a bucket, and tells those who keep buckets in memory. */
    public static void apply(Event event, Index index, KnownBuckets known) {
        var change = BucketEvent.TYPES.event(event.data());
        if (change == null) {
            return;
        }
        var name = event.stream().key();
        var bucket = BucketEvent.after(change);
        if (bucket == null) {
            index.delete(BUCKETS + name);
        } else {
            index.put(BUCKETS + name, json(new Entry(event.version(), bucket)));
        }
        known.learn(name, event.version(), bucket);
    }

    /** Tells of all that are in an index. */
    public static void tell(Index index, KnownBuckets known) throws IOException {
        index.walk(
                BUCKETS,
                "",
                (key, json) -> {
                    var entry = JSON.readValue(json, Entry.class);
                    known.learn(key.substring(BUCKETS.length()), entry.version, entry.bucket);
                    return key;
                });
    }

    private static String json(Entry entry) {
        try {
            return JSON.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
