package dev.lumiere.fop.run;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sources that harmed workers under an operation, refused for a while with the problem they caused.
 * Bounded: where it is full the one that has least time left makes room.
 */
public final class Quarantine {
    private final Duration time;
    private final int maxHeld;
    private final InstantSource clock;

    /** In the order they end, since all are held for the same time. */
    private final Map<Key, Held> held = new LinkedHashMap<>();

    /**
     * What is refused.
     *
     * @param sourceVersion changes when the bytes do
     * @param operations by name, {@code a|b} for stages that ran in one call
     */
    public record Key(String sourceVersion, String operations) {}

    private record Held(Problem problem, Instant until) {}

    public Quarantine(Duration time, int maxHeld, InstantSource clock) {
        if (maxHeld < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("holds nothing: " + maxHeld + " for " + time);
        }
        this.time = time;
        this.maxHeld = maxHeld;
        this.clock = clock;
    }

    /** Refuses from now on, for the time set. */
    public synchronized void hold(Key key, Problem problem) {
        letGo();
        held.remove(key);
        held.put(key, new Held(problem, clock.instant().plus(time)));
        if (held.size() > maxHeld) {
            held.remove(held.keySet().iterator().next());
        }
    }

    /** Why this is refused now; empty if it is not. */
    public synchronized Optional<Problem> refusal(Key key) {
        letGo();
        return Optional.ofNullable(held.get(key)).map(Held::problem);
    }

    /** How many are held now. */
    public synchronized int size() {
        letGo();
        return held.size();
    }

    private void letGo() {
        var now = clock.instant();
        var all = held.values().iterator();
        while (all.hasNext() && !now.isBefore(all.next().until())) {
            all.remove();
        }
    }
}
