package dev.lumiere.service.registry;

import java.util.List;
import java.util.Map;

/** Instances for tests. */
public final class Instances {
    private Instances() {}

    public static Instance instance(String name, String version, String id) {
        var identity =
                new Identity("demo", "test", name, Version.parse(version), "eu", "host-1", id);
        return new Instance(
                identity,
                "a",
                List.of(new Address.Tcp("127.0.0.1", 7070)),
                Map.of("ops", "imageView2"));
    }

    public static Instance in(String zone, Instance instance) {
        return new Instance(instance.identity(), zone, instance.addresses(), instance.metadata());
    }

    public static Instance at(Instance instance, Address... addresses) {
        return new Instance(
                instance.identity(), instance.zone(), List.of(addresses), instance.metadata());
    }

    public static Instance with(Map<String, String> metadata, Instance instance) {
        return new Instance(instance.identity(), instance.zone(), instance.addresses(), metadata);
    }
}
