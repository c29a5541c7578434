package dev.lumiere.rendition;

import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Members;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Registry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** How much the live instances of each service do at the same time, as their metadata says. */
public final class Capacity implements AutoCloseable {
    /** For an instance that does not say. */
    private static final int ONE_INSTANCE = 2;

    private static final int MOST = 1024;

    private final Map<String, Instance> instances = new HashMap<>();
    private final Members members;
    private volatile Map<String, Integer> byService = Map.of();

    /** Follows a registry. */
    public Capacity(Registry registry, InstantSource clock) {
        members =
                new Members(
                        registry,
                        Query.everything(),
                        clock,
                        new Members.Listener() {
                            @Override
                            public void joined(Instance instance) {
                                change(() -> instances.put(instance.id(), instance));
                            }

                            @Override
                            public void left(Instance instance) {
                                change(() -> instances.remove(instance.id()));
                            }
                        });
    }

    /** 0 if no instance is alive. */
    public int of(String service) {
        return byService.getOrDefault(service, 0);
    }

    @Override
    public void close() {
        members.close();
    }

    private synchronized void change(Runnable change) {
        change.run();
        var sums = new HashMap<String, Integer>();
        for (var instance : instances.values()) {
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
