package dev.lumiere.service.registry;

import java.time.Instant;

/** The right to be listed until it ends. Renew it at a third of its time to live. */
public interface Lease {

    /** When it ends unless renewed once more, as last heard from the registry. */
    Instant expires();

    /**
     * Extends the lease by its time to live from now.
     *
     * @return false if it had ended already: register again
     * @throws RegistryUnavailable if the registry could not be asked; the lease may still hold
     */
    boolean renew();

    /**
     * Ends the lease at once; a second call does nothing.
     *
     * @throws RegistryUnavailable if the registry could not be told; the lease ends by itself
     */
    void release();
}
