package dev.lumiere.deploy;

import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Lease;
import dev.lumiere.service.registry.Registry;
import dev.lumiere.service.registry.RegistryUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's place in the registry, kept for it by the node. A registry that is away is asked
 * again; meanwhile callers go by what they know. For one thread.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final Registry registry;
    private final Duration leaseTime;
    private final InstantSource clock;

    private @Nullable Instance instance;
    private @Nullable Lease lease;
    private Instant due;

    Membership(Registry registry, Duration leaseTime, InstantSource clock) {
        this.registry = registry;
        this.leaseTime = leaseTime;
        this.clock = clock;
        this.due = clock.instant();
    }

    void join(Instance joining) {
        instance = joining;
        due = clock.instant();
        renewIfDue();
    }

    /** Renews at a third of the lease's time, and registers anew if the lease has ended. */
    void renewIfDue() {
        var listed = instance;
        if (listed == null || clock.instant().isBefore(due)) {
            return;
        }
        due = clock.instant().plus(leaseTime.dividedBy(3));
        try {
            if (lease == null || !lease.renew()) {
                lease = registry.register(listed, leaseTime);
            }
        } catch (RegistryUnavailable e) {
            LOG.warn(
                    "registry away, instance={} will be asked again: {}",
                    listed.id(),
                    e.toString());
        }
    }

    /** Leaves for good; a second call does nothing. */
    void leave() {
        var held = lease;
        instance = null;
        lease = null;
        if (held != null) {
            try {
                held.release();
            } catch (RegistryUnavailable e) {
                LOG.warn("registry away, a lease is left to end by itself: {}", e.toString());
            }
        }
    }
}
