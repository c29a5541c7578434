package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;

/** An instance chosen for one call. To be given back, once, to {@link Balancer#completed}. */
public final class Pick {
    final Node node;
    final long at;

    Pick(Node node, long at) {
        this.node = node;
        this.at = at;
    }

    public Instance instance() {
        return node.instance;
    }
}
