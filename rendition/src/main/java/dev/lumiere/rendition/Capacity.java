package dev.lumiere.rendition;

import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.LiveInstances;
import dev.lumiere.service.registry.Registry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much the live instances of each service do at the same time, as their metadata says. */
public final class Capacity implements AutoCloseable {
    /** For an instance that does not say. */
    private static final int ONE_INSTANCE = 2;

    private static final int MOST = 1024;

    private final LiveInstances instances;
    private volatile Map<String, Integer> byService = Map.of();

    /** Follows a registry. */
    public Capacity(Registry registry, InstantSource clock) {
        instances = new LiveInstances(registry, clock, this::count);
    }

    /** 0 if no instance is alive. */
    public int of(String service) {
        return byService.getOrDefault(service, 0);
    }

    @Override
    public void close() {
        instances.close();
    }

    private void count(List<Instance> alive) {
        var sums = new HashMap<String, Integer>();
        for (var instance : alive) {
            sums.merge(instance.identity().name(), slots(instance), Integer::sum);
        }
        byService = Map.copyOf(sums);
    }

    private static int slots(Instance instance) {
        try {
            var said = instance.metadata().get("concurrency");
            return said == null
                    ? ONE_INSTANCE
                    : Math.clamp(Integer.parseInt(said.strip()), 1, MOST);
        } catch (NumberFormatException _) {
            return ONE_INSTANCE;
        }
    }
}
