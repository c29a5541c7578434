package dev.lumiere.storage.account;

import dev.lumiere.storage.sign.KeyScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an account's events add up to.
 *
 * @param owner empty while there is no account
 * @param keys by their names, the oldest first
 * @param credits prepaid and not used, never below 0
 */
public record Account(String owner, Map<String, Key> keys, long credits) {
    static final Account NONE = new Account("", Map.of(), 0);

    /**
     * One of its keys.
     *
     * @param sealedSecret as it is in the log
     * @param isEnabled whether it signs now
     * @param scope what it may be used for
     */
    public record Key(String sealedSecret, boolean isEnabled, KeyScope scope) {
        Key enabled(boolean whether) {
            return new Key(sealedSecret, whether, scope);
        }
    }

    public Account {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys)); // which keeps the order
    }

    boolean exists() {
        return !owner.isEmpty();
    }

    boolean signsWith(String accessKey) {
        var key = keys.get(accessKey);
        return key != null && key.isEnabled;
    }

    Account with(String accessKey, Key key) {
        var more = new LinkedHashMap<>(keys);
        more.put(accessKey, key);
        return new Account(owner, more, credits);
    }

    Account withCredits(long others) {
        return new Account(owner, keys, others);
    }
}
