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

    /** A member that left or whose lease ended. */
    record Down(Instance instance) implements Change {}
}
