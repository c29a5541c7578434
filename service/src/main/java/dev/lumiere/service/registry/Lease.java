package dev.lumiere.service.registry;

/** The right to be listed until it ends. Renew it at a third of its time to live. */
public interface Lease {

    /**
     * Extends the lease by its time to live from now.
     *
     * @return false if it had ended already: register again
     */
    boolean renew();

    /** Ends the lease at once; a second call does nothing. */
    void release();
}
