package dev.lumiere.bench;

import java.util.List;

/**
 * A server that runs and can be asked.
 *
 * @param pid root of its process tree
 * @param port on loopback
 * @param targets request targets, asked for in turn; {@code {n}} stands for a number never repeated
 */
record Peer(String name, long pid, int port, List<String> targets) {
    Peer {
        targets = List.copyOf(targets);
    }
}
