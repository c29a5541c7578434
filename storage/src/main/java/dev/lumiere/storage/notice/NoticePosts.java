package dev.lumiere.storage.notice;

import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.EventRule;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.upload.CallbackSender;
import dev.lumiere.storage.upload.SignedPosts;
import dev.lumiere.storage.upload.SignedPosts.Letter;
import dev.lumiere.storage.upload.SignedPosts.Posted;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Posts notices, by the rules as they are now, each signed by its rule's key alone. */
final class NoticePosts {
    private static final String JSON = "application/json";

    private final BucketCatalog buckets;
    private final KeyRing keys;
    private final SignedPosts posts;

    NoticePosts(BucketCatalog buckets, KeyRing keys, CallbackSender sender, InstantSource clock) {
        this.buckets = buckets;
        this.keys = keys;
        posts = new SignedPosts(sender, clock);
    }

    /** What became of it. */
    sealed interface Outcome {
        record Told() implements Outcome {}

        /** The rule is gone, or another one of that name, made after what is to be told. */
        record Unwanted() implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    /** Posts one; blocks. */
    Outcome post(String bucketName, String ruleName, Notice notice) throws InterruptedException {
        var bucket = buckets.find(bucketName);
        var rule = bucket == null ? null : rule(bucket, ruleName);
        if (bucket == null || rule == null || !Matching.isAfter(rule, notice)) {
            return new Outcome.Unwanted();
        }
        var key = keys.signing(bucket.account(), rule.accessKey());
        if (key == null) {
            return new Outcome.Failed("key %s does not sign".formatted(rule.accessKey()));
        }
        var letter = new Letter(key, rule.host(), JSON, notice.body());
        return posts.post(rule.urls(), letter, answer -> answer) instanceof Posted.Failed(var why)
                ? new Outcome.Failed(why)
                : new Outcome.Told();
    }

    static @Nullable EventRule rule(Bucket bucket, String name) {
        return bucket.settings().events().stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
