package dev.lumiere.storage.bucket;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.account.SecretSeal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Seals the keys that a bucket shares with sites which sign URLs, and opens them. */
public final class UrlKeys {
    private volatile @Nullable SecretSeal seal;

    /** Says what they are sealed with; before, there can be none. */
    public void sealedBy(SecretSeal secretSeal) {
        seal = secretSeal;
    }

    /**
     * As they are kept in the log.
     *
     * @throws Problem.Refused 501 if nobody has said what they are sealed with
     */
    public List<String> sealed(Bucket bucket, List<String> keys) {
        var sealing = seal;
        if (sealing == null) {
            throw Problem.of(501, "keys cannot be sealed here").refused();
        }
        return keys.stream().map(key -> sealing.seal(bucket.account(), use(bucket), key)).toList();
    }

    /** Those of a bucket, as far as they can be opened here. */
    public List<String> opened(Bucket bucket) {
        var opening = seal;
        return opening == null
                ? List.of()
                : bucket.settings().antiLeech().sealedKeys().stream()
                        .flatMap(each -> Stream.ofNullable(open(opening, bucket, each)))
                        .toList();
    }

    private static @Nullable String open(SecretSeal seal, Bucket bucket, String sealed) {
        return seal.open(bucket.account(), use(bucket), sealed);
    }

    /** What it is good for, and nothing else. */
    private static String use(Bucket bucket) {
        return "urls of bucket " + bucket.name();
    }
}
