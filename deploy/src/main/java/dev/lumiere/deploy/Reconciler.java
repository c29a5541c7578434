package dev.lumiere.deploy;

import dev.lumiere.deploy.Observed.Alive;
import dev.lumiere.deploy.Observed.Dead;
import dev.lumiere.deploy.Observed.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do so that what runs becomes what is wanted. It holds no state and starts
 * nothing: the same question has the same answer.
 */
public final class Reconciler {
    private final BackOff backOff;

    public Reconciler(BackOff backOff) {
        this.backOff = backOff;
    }

    /**
     * What to do now, in this order; at most one {@link Action.Wait}, the last. An instance of
     * another version or command than wanted is replaced when all others of its service are ready,
     * so that a service is never short of more than one.
     */
    public List<Action> decide(DesiredState desired, Collection<Observed> observed, Instant now) {
        var held = new HashMap<Slot, Observed>();
        observed.forEach(o -> held.put(o.slot(), o));
        var actions = new ArrayList<Action>(stopUnwanted(desired, observed));
        Instant wake = null;
        for (var spec : desired.services()) {
            for (var slot : Slot.of(spec)) {
                switch (held.get(slot)) {
                    case null -> actions.add(new Action.Start(slot, spec));
                    case Dead dead -> {
                        var due = due(dead, spec);
                        if (now.isBefore(due)) {
                            wake = earlier(wake, due);
                        } else {
                            actions.add(new Action.Start(slot, spec));
                        }
                    }
                    case Alive _ -> {}
                }
            }
            actions.addAll(stopOutdated(spec, held));
        }
        if (wake != null) {
            actions.add(new Action.Wait(wake));
        }
        return actions;
    }

    private Instant due(Dead dead, ServiceSpec wanted) {
        return wanted.runsAs(dead.spec())
                ? dead.at().plus(backOff.delay(dead.failures()))
                : dead.at();
    }

    private static List<Action> stopUnwanted(DesiredState desired, Collection<Observed> observed) {
        var wanted = desired.services().stream().flatMap(s -> Slot.of(s).stream()).toList();
        var stops = new ArrayList<Action>();
        for (var o : observed) {
            if (o instanceof Alive(var slot, _, var phase)
                    && phase != Phase.STOPPING
                    && !wanted.contains(slot)) {
                stops.add(new Action.Stop(slot, "no longer wanted"));
            }
        }
        return stops;
    }

    private static List<Action> stopOutdated(ServiceSpec spec, Map<Slot, Observed> held) {
        var stops = new ArrayList<Action>();
        var notReady = Slot.of(spec).stream().filter(slot -> !isReady(held.get(slot))).count();
        for (var slot : Slot.of(spec)) {
            if (!(held.get(slot) instanceof Alive(_, var running, var phase))
                    || phase == Phase.STOPPING
                    || spec.runsAs(running)) {
                continue;
            }
            if (phase == Phase.STARTING || notReady == 0) {
                stops.add(new Action.Stop(slot, "replaced by version " + spec.version()));
                notReady++;
            }
        }
        return stops;
    }

    private static boolean isReady(@Nullable Observed observed) {
        return observed instanceof Alive(_, _, var phase) && phase == Phase.READY;
    }

    private static Instant earlier(@Nullable Instant one, Instant other) {
        return one == null || other.isBefore(one) ? other : one;
    }
}
