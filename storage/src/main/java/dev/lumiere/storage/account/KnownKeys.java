package dev.lumiere.storage.account;

import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyRing;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All keys, with their secrets, in memory. What is told of one may come in any order and again: a
 * key is made once, and disabled for ever.
 */
final class KnownKeys implements KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(KnownKeys.class);

    private final ConcurrentHashMap<String, Credential> keys = new ConcurrentHashMap<>();
    private final SecretSeal seal;

    KnownKeys(SecretSeal seal) {
        this.seal = seal;
    }

    @Override
    public @Nullable Credential find(String accessKey) {
        return keys.get(accessKey);
    }

    /** What an account has; whoever else has a key of that name does not count. */
    void learn(String account, String accessKey, Account.Key key) {
        var known = keys.get(accessKey);
        if (known == null) {
            known = opened(account, accessKey, key);
            if (known == null) {
                return;
            }
            keys.putIfAbsent(accessKey, known);
        }
        if (!key.isEnabled()) {
            keys.computeIfPresent(
                    accessKey, (_, now) -> now.account().equals(account) ? disabled(now) : now);
        }
    }

    void learn(String account, Account state) {
        state.keys().forEach((accessKey, key) -> learn(account, accessKey, key));
    }

    /** Null, and told once for all to see, if it cannot be opened here. */
    @Nullable Credential opened(String account, String accessKey, Account.Key key) {
        var secret = seal.open(account, accessKey, key.sealedSecret());
        if (secret == null) {
            LOG.warn(
                    "key {} of account {} signs nothing here: its secret was sealed with another"
                            + " secrets.key than this node's",
                    accessKey,
                    account);
            return null;
        }
        return new Credential(accessKey, secret, account, key.isEnabled());
    }

    private static Credential disabled(Credential key) {
        return new Credential(key.accessKey(), key.secretKey(), key.account(), false);
    }
}
