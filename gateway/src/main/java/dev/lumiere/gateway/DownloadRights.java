package dev.lumiere.gateway;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.KeyRing;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Who may download: everybody, but from a private bucket only who has a URL that was signed with a
 * key of the bucket's account and is not past its time.
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
     * Never waits.
     *
     * @param target of the request, as it was sent
     * @throws Problem.Refused 401
     */
    void check(@Nullable String host, String target, String bucket) {
        var account = buckets.privateTo(bucket);
        if (account == null) {
            return;
        }
        var signer = DownloadToken.verify(host == null ? "" : host, target, keys, clock.instant());
        if (!signer.account().equals(account)) {
            throw Problem.of(401, "bad token").refused();
        }
    }
}
