package dev.lumiere.storage.sign;

import org.jspecify.annotations.Nullable;

/** All access keys there are, from memory. */
@FunctionalInterface
public interface KeyRing {
    /** Null if there is none of that name; also those that are disabled. */
    @Nullable Credential find(String accessKey);
}
