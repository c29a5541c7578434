package dev.lumiere.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is compared: running peers, how they are asked, and what is known of their answers. */
final class Scenario {
    private final String title;
    private final String reference;
    private final Generator generator;
    private final List<Peer> peers = new ArrayList<>();
    private final Map<String, Answers> answers = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * What a peer's answers are like.
     *
     * @param bytes of a body, mean
     * @param likeness to a full decode; null where there is no picture
     */
    record Answers(double bytes, Quality.@Nullable Likeness likeness) {}

    /**
     * Nothing to compare yet.
     *
     * @param reference name of the peer that the others are compared with
     */
    Scenario(String title, String reference, Generator generator) {
        this.title = title;
        this.reference = reference;
        this.generator = generator;
    }

    Scenario add(String name, Peers.Started started, List<String> targets) {
        peers.add(new Peer(name, started.pid(), started.port(), targets));
        return this;
    }

    void answersOf(Peer peer, Answers known) {
        answers.put(peer.name(), known);
    }

    void note(String text) {
        notes.add(text);
    }

    String title() {
        return title;
    }

    String reference() {
        return reference;
    }

    List<Peer> peers() {
        return peers;
    }

    Map<String, Answers> answers() {
        return answers;
    }

    List<String> notes() {
        return notes;
    }

    Load load(Peer peer, int seconds) throws IOException, InterruptedException {
        return generator.run(peer, seconds);
    }
}
