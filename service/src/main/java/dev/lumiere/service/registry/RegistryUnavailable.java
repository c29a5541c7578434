package dev.lumiere.service.registry;

import org.jspecify.annotations.Nullable;

/** The registry could not be reached, or did not answer in time. What is known stays valid. */
public final class RegistryUnavailable extends RuntimeException {
    public RegistryUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
