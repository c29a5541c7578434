package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.util.concurrent.atomic.AtomicLong;

/** One instance, and what is known about it from calling it. */
final class Node {
    final Instance instance;
    final AtomicLong inFlight = new AtomicLong();

    Node(Instance instance) {
        this.instance = instance;
    }
}
