package dev.lumiere.storage.account;

import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.KeyScope;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All keys, with their secrets, in memory. What is told of one may come in any order and again: a
 * key is made once, and whether it is enabled is as the newest says.
 */
final class KnownKeys implements KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(KnownKeys.class);

    private final ConcurrentHashMap<String, Known> keys = new ConcurrentHashMap<>();
    private final SecretSeal seal;

    /**
     * One of them.
     *
     * @param version of the account's stream, as of which it is so
     */
    private record Known(Credential key, long version) {
        Known newer(boolean isEnabled, long other) {
            return other <= version ? this : new Known(key.enabled(isEnabled), other);
        }
    }

    KnownKeys(SecretSeal seal) {
        this.seal = seal;
    }

    @Override
    public @Nullable Credential find(String accessKey) {
        var known = keys.get(accessKey);
        return known == null ? null : known.key;
    }

    /**
     * What an account has, as of a version of its stream; whoever else has a key of that name does
     * not count.
     */
    void learn(String account, String accessKey, Account.Key key, long version) {
        if (!keys.containsKey(accessKey)) {
            var opened = opened(account, accessKey, key);
            if (opened == null) {
                return;
            }
            keys.putIfAbsent(accessKey, new Known(opened, version));
        }
        keys.computeIfPresent(
                accessKey,
                (_, known) ->
                        known.key.account().equals(account)
                                ? known.newer(key.isEnabled(), version)
                                : known);
    }

    void learn(String account, Account state, long version) {
        state.keys().forEach((accessKey, key) -> learn(account, accessKey, key, version));
    }

    /** What a secret is sealed for, so that no other scope is put in the place of its own. */
    static String use(String accessKey, KeyScope scope) {
        return scope.allowsAll() ? accessKey : accessKey + "\n" + scope.text();
    }

    /** Null, and told once for all to see, if it cannot be opened here. */
    @Nullable Credential opened(String account, String accessKey, Account.Key key) {
        var secret = seal.open(account, use(accessKey, key.scope()), key.sealedSecret());
        if (secret == null) {
            LOG.warn(
                    "key {} of account {} signs nothing here: its secret was not sealed with this"
                            + " node's secrets.key for {} in {}",
                    accessKey,
                    account,
                    key.scope().words(),
                    key.scope().places().isEmpty() ? "all buckets" : key.scope().places());
            return null;
        }
        return new Credential(accessKey, secret, account, key.isEnabled(), key.scope());
    }
}
