package dev.lumiere.service.registry;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All instances that are alive, for one who keeps a view of them: told all of them anew whenever
 * one comes, changes or goes. Who is alive is what {@link Members} believes.
 */
public final class LiveInstances implements AutoCloseable {
    private final Map<String, Instance> byId = new TreeMap<>();
    private final Consumer<List<Instance>> view;
    private final Members members;

    /**
     * Follows a registry.
     *
     * @param view gets all that are alive, in the order of their ids, after each change; one call
     *     at a time, the first perhaps before this constructor returns; must not block
     */
    public LiveInstances(Registry registry, InstantSource clock, Consumer<List<Instance>> view) {
        this.view = view;
        members =
                new Members(
                        registry,
                        Query.everything(),
                        clock,
                        new Members.Listener() {
                            @Override
                            public void joined(Instance instance) {
                                change(() -> byId.put(instance.id(), instance));
                            }

                            @Override
                            public void left(Instance instance) {
                                change(() -> byId.remove(instance.id()));
                            }
                        });
    }

    /** Stops following. */
    @Override
    public void close() {
        members.close();
    }

    private synchronized void change(Runnable change) {
        change.run();
        view.accept(List.copyOf(byId.values()));
    }
}
