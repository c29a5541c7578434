package dev.lumiere.service.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A registry whose watches are told what a test wants them to be told. */
final class ScriptedRegistry implements Registry {
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

    void tell(Change change) {
        listeners.forEach(listener -> listener.accept(change));
    }

    @Override
    public Lease register(Instance instance, Duration ttl) {
        throw new RegistryUnavailable("scripted", null);
    }

    @Override
    public List<Instance> find(Query query) {
        throw new RegistryUnavailable("scripted", null);
    }

    @Override
    public Watch watch(Query query, Consumer<Change> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}
}
