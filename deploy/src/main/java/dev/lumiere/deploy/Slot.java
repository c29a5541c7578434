package dev.lumiere.deploy;

import java.util.ArrayList;
import java.util.List;

/**
 * A place for one instance: whatever dies in it is replaced in it.
 *
 * @param ordinal 0 up to the wanted number of instances, less one
 */
public record Slot(String service, int ordinal, String zone) {

    /** The places of a service, dealt out to its zones in turn. */
    static List<Slot> of(ServiceSpec spec) {
        var slots = new ArrayList<Slot>();
        for (var i = 0; i < spec.instances(); i++) {
            slots.add(new Slot(spec.name(), i, spec.zones().get(i % spec.zones().size())));
        }
        return slots;
    }

    @Override
    public String toString() {
        return service + "-" + zone + "-" + ordinal;
    }
}
