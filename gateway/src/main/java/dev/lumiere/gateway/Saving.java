package dev.lumiere.gateway;

import dev.lumiere.fop.PercentEncoding;
import dev.lumiere.fop.SaveAs;
import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.rendition.Rendition;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.upload.SavedResults;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The {@code saveas} at the end of a pipeline: who may, and what is kept. Whoever wants a result
 * kept has signed that with a key of the account whose bucket it goes to, whoever may download it.
 */
final class Saving {
    /** Says under which key it was kept, percent-encoded. */
    static final CharSequence HEADER = HttpHeaders.createOptimized("X-Saveas-Key");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Buckets buckets;
    private final KeyRing keys;
    private final Throttle throttle;
    private final @Nullable SavedResults saved;
    private final InstantSource clock;

    Saving(
            Buckets buckets,
            KeyRing keys,
            Throttle throttle,
            @Nullable SavedResults saved,
            InstantSource clock) {
        this.buckets = buckets;
        this.keys = keys;
        this.throttle = throttle;
        this.saved = saved;
        this.clock = clock;
    }

    /**
     * Whether what is asked may be kept; counts for the key that signed that. Waits for a key that
     * is not known here, if that is within reach.
     *
     * @param saveAs null if nothing is
     * @throws Problem.Refused 401 if nobody with a key that is enabled has signed it, 631 if there
     *     is no such bucket, 403 if it is another account's or the key may write nothing in it, 429
     *     if the key is used too often
     */
    void check(Exchange asked, @Nullable SaveAs saveAs, Reach reach) {
        if (saveAs == null) {
            return;
        }
        var signature = saveAs.signature();
        var host = asked.header(HttpHeaders.HOST);
        var signer = signature == null ? null : reach.of(keys).find(signature.accessKey());
        if (signer == null
                || host == null
                || !signer.isEnabled()
                || !saveAs.isSignedWith(signer.secretKey(), host, Admit.target(asked.target()))) {
            throw SaveAs.badSign();
        }
        throttle.countKey(asked, signer.accessKey());
        var owner = buckets.owner(saveAs.bucket());
        if (owner == null) {
            throw Problem.of(631, "no such bucket: " + saveAs.bucket()).refused();
        }
        if (!owner.equals(signer.account())) {
            throw Problem.of(403, "bucket of another account: " + saveAs.bucket()).refused();
        }
        signer.requireSome(Act.WRITE, saveAs.bucket());
    }

    /**
     * Keeps it, unless it is kept already or the answer is a head alone, and says so in the
     * answer's headers. Blocks.
     *
     * @return false if its bytes were evicted meanwhile: ask for it again
     * @throws Problem.Refused if it cannot be kept, or not under that key; 403 if who signed may
     *     not write there
     */
    boolean save(Exchange exchange, Found found, SaveAs saveAs, Rendition rendition) {
        var hash = rendition.etag().substring(1, rendition.etag().length() - 1);
        var key = SavedName.of(saveAs, found.object(), hash, clock.instant());
        signer(saveAs).require(Act.WRITE, saveAs.bucket(), key);
        if (!exchange.isHead() && saved != null) {
            var result =
                    new SavedResults.Result(
                            saveAs.bucket(),
                            key,
                            hash,
                            rendition.length(),
                            rendition.contentType(),
                            saveAs.deleteAfter() == null
                                    ? 0
                                    : Math.toIntExact(saveAs.deleteAfter().toDays()));
            try {
                if (!saved.put(result, rendition.body()::open)) {
                    return false;
                }
            } catch (IOException _) {
                throw Problem.unavailable("the result cannot be read", RETRY_AFTER).refused();
            }
        }
        exchange.request().response().putHeader(HEADER, PercentEncoding.encode(key));
        return true;
    }

    private Credential signer(SaveAs saveAs) {
        var signature = saveAs.signature();
        var signer = signature == null ? null : keys.find(signature.accessKey());
        if (signer == null) {
            throw SaveAs.badSign();
        }
        return signer;
    }
}
