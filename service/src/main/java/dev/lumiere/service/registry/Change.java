package dev.lumiere.service.registry;

import java.util.List;

/** What a watch tells. */
public sealed interface Change {

    /** Everyone who matches now; replaces what was told before. */
    record Members(List<Instance> instances) implements Change {
        public Members {
            instances = List.copyOf(instances);
        }
    }

    /** A new member, or new facts about one. */
    record Up(Instance instance) implements Change {}

    /** A member that is gone. */
    record Down(Instance instance, Cause cause) implements Change {}

    /** Why a member is gone. An engine that cannot tell says {@link #ENDED}. */
    enum Cause {
        /** It said so itself, or was replaced by facts that no longer match. */
        RELEASED,
        /** Its lease ended: it may be dead, or only cut off from the registry. */
        ENDED
    }
}
