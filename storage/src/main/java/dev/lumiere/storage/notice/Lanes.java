package dev.lumiere.storage.notice;

import dev.lumiere.storage.notice.Matching.Match;
import dev.lumiere.storage.notice.NoticePosts.Outcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Those of a partition that have something left, and what they take of a node's memory. */
final class Lanes {
    /** With so many nothing is offered before some have ended: one event names them all. */
    static final int MAX = 2000;

    private final Memory memory;
    private final Map<String, Lane> byName = new LinkedHashMap<>();

    Lanes(Memory memory) {
        this.memory = memory;
    }

    /** Takes up what was left, by names of lanes and positions. */
    void restore(Map<String, Long> behind) {
        behind.forEach((name, from) -> byName.put(name, Lane.named(name, from)));
    }

    List<Lane> all() {
        return List.copyOf(byName.values());
    }

    boolean has(Lane lane) {
        return byName.get(lane.name()) == lane;
    }

    boolean areTooMany() {
        if (byName.size() >= MAX) {
            removeDone();
        }
        return byName.size() >= MAX;
    }

    void removeDone() {
        byName.values().removeIf(Lane::isDone);
    }

    /** Adds what matches at a position to its lane, or leaves the lane behind there. */
    void offer(Match match, long position) {
        var lane =
                byName.computeIfAbsent(
                        Lane.name(match.bucket(), match.rule()),
                        _ -> new Lane(match.bucket(), match.rule(), 0));
        if (!lane.isBehind() && !add(lane, match.notice())) {
            lane.fallBehind(position);
        }
    }

    /**
     * Adds to a lane. One that has nothing always has a place, so that those that keep the memory
     * full do not stop the others.
     *
     * @return whether there was a place
     */
    boolean add(Lane lane, Notice notice) {
        var hasPlace = lane.size() == 0 || (lane.hasPlace() && !memory.isFull());
        if (hasPlace) {
            lane.add(notice);
            memory.take(notice.body().length());
        }
        return hasPlace;
    }

    /**
     * Takes what became of the first notice of a lane.
     *
     * @return whether it is given up
     */
    boolean done(Lane lane, Outcome outcome, Instant now) {
        var before = lane.chars();
        var isGivenUp = false;
        switch (outcome) {
            case Outcome.Told _, Outcome.Unwanted _ -> lane.told();
            case Outcome.Failed _ -> isGivenUp = lane.failed(now);
        }
        memory.give(before - lane.chars());
        return isGivenUp;
    }

    /** Where what is left begins, by names of lanes. */
    Map<String, Long> behind() {
        var behind = new HashMap<String, Long>();
        for (var lane : byName.values()) {
            if (!lane.isDone()) {
                behind.put(lane.name(), lane.first());
            }
        }
        return behind;
    }

    /** Gives the memory back. */
    void clear() {
        byName.values().forEach(lane -> memory.give(lane.chars()));
        byName.clear();
    }
}
