package dev.lumiere.storage.sign;

import org.jspecify.annotations.Nullable;

/** All access keys there are. */
@FunctionalInterface
public interface KeyRing {
    /** From memory; null if there is none of that name; also those that are disabled. */
    @Nullable Credential find(String accessKey);

    /**
     * As {@link #find}, but what is not known here to sign is looked for once more when this node
     * knows what others have done before. May wait.
     */
    default @Nullable Credential lookUp(String accessKey) {
        return find(accessKey);
    }

    /** The key of that name if it is an account's and signs, as far as is known here; else null. */
    default @Nullable Credential signing(String account, String accessKey) {
        var key = find(accessKey);
        return key != null && key.isEnabled() && key.account().equals(account) ? key : null;
    }

    /**
     * Whether a key signs, by all that this node's log has told it so far. May wait, but asks
     * nobody.
     */
    default boolean stillSigns(String accessKey) {
        var key = find(accessKey);
        return key != null && key.isEnabled();
    }
}
