package dev.lumiere.gateway;

import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.KeyRing;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Who may download: everybody, but from a private bucket only who has a URL that was signed with a
 * key of the bucket's account and is not past its time, and from one that is kept from being linked
 * to only who comes from a page that may, or with a URL that a site has signed.
 */
final class DownloadRights {
    private final Buckets buckets;
    private final KeyRing keys;
    private final InstantSource clock;

    DownloadRights(Buckets buckets, KeyRing keys, InstantSource clock) {
        this.buckets = buckets;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Waits for a key that is not known here, if that is within reach.
     *
     * @param target path and query, as they were sent
     * @throws Problem.Refused 401 by who the caller is, 403 by where it comes from, or if the key
     *     that signed may not download there
     */
    void check(Asked asked, String target, Wanted wanted, Reach reach) {
        var bucket = wanted.bucket();
        if (!buckets.settings(bucket).antiLeech().allows(asked.header(HttpHeaders.REFERER))) {
            throw Problem.of(403, "not for pages of that referer").refused();
        }
        var urlRule = buckets.urlRule(bucket);
        if (urlRule != null) {
            urlRule.check(target, clock.instant());
            checkNamesNoOther(asked, wanted);
        }
        var account = buckets.privateTo(bucket);
        if (account != null) {
            checkToken(asked, target, account, wanted, reach);
        }
    }

    private void checkToken(
            Asked asked, String target, String account, Wanted wanted, Reach reach) {
        var host = asked.header(HttpHeaders.HOST);
        var signer =
                DownloadToken.verify(
                        host == null ? "" : host, target, reach.of(keys), clock.instant());
        if (!signer.account().equals(account)) {
            throw Problem.of(401, "bad token").refused();
        }
        if (!signer.scope().allowsAll()) {
            var bucket = wanted.bucket();
            wanted.readings()
                    .forEach(reading -> signer.require(Act.READ, bucket, reading.address().key()));
            var fallback = ownFallback(wanted);
            if (fallback != null) {
                signer.require(Act.READ, bucket, fallback);
            }
            if (wanted.hasOperations()) {
                asked.mayUse((where, key) -> {
                    if (where.equals(bucket)) { // all may have what is in others
                        signer.require(Act.READ, where, key);
                    }
                });
            }
        }
        asked.signedBy(signer.accessKey());
    }

    /** Such a URL is signed for its path alone, and opens nothing else of the bucket. */
    private void checkNamesNoOther(Asked asked, Wanted wanted) {
        if (ownFallback(wanted) != null) {
            throw Problem.of(403, "a URL that is signed for its path names no fallback").refused();
        }
        if (wanted.hasOperations()) {
            asked.mayUse((where, key) -> {
                if (where.equals(wanted.bucket())) {
                    throw Problem.of(403, "a URL that is signed for its path names no " + key)
                            .refused();
                }
            });
        }
    }

    /** What the URL names, not the bucket. */
    private @Nullable String ownFallback(Wanted wanted) {
        var fallback = wanted.fallback();
        return fallback == null || fallback.equals(buckets.rules(wanted.bucket()).fallback())
                ? null
                : fallback;
    }
}
