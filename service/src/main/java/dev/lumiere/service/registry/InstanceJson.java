package dev.lumiere.service.registry;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an instance looks on the wire:
 *
 * <pre>{@code
 * {
 *   "id": "5f0c9a1e-7d3b-4a51-9c0e-2b1f4d6e8a90",
 *   "username": "lumiere",
 *   "environment": "production",
 *   "name": "image",
 *   "version": "1.2.0",
 *   "region": "eu-central",
 *   "hostname": "host-1",
 *   "zone": "a",
 *   "addresses": ["unix:/run/lumiere/w1.sock", "tcp://10.0.0.7:7070"],
 *   "metadata": {"ops": "imageView2,imageInfo", "encoded": "true"}
 * }
 * }</pre>
 *
 * <p>All but {@code metadata} are required; fields that are not known are passed over, so that
 * nodes of neighboring versions understand each other. Bounds are those of {@link Identity} and
 * {@link Instance}.
 */
public final class InstanceJson {
    private InstanceJson() {}

    public static JsonObject write(Instance instance) {
        var identity = instance.identity();
        var addresses = new JsonArray();
        instance.addresses().forEach(address -> addresses.add(address.toString()));
        var metadata = new JsonObject();
        new TreeMap<>(instance.metadata()).forEach(metadata::put);
        return new JsonObject()
                .put("id", identity.id())
                .put("username", identity.username())
                .put("environment", identity.environment())
                .put("name", identity.name())
                .put("version", identity.version().toString())
                .put("region", identity.region())
                .put("hostname", identity.hostname())
                .put("zone", instance.zone())
                .put("addresses", addresses)
                .put("metadata", metadata);
    }

    /** {@code {"instances": […]}}. */
    public static JsonObject writeAll(List<Instance> instances) {
        var all = new JsonArray();
        instances.forEach(instance -> all.add(write(instance)));
        return JsonObject.of("instances", all);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws WrongFields naming every field that is missing or wrong
     */
    public static Instance read(JsonObject json) {
        var faults = new WrongFields.Gatherer();
        var instance = read(json, faults);
        if (instance == null) {
            throw faults.toException();
        }
        return instance;
    }

    /**
     * Reads what {@link #writeAll} wrote.
     *
     * @throws WrongFields naming every field of the first instance that is wrong
     */
    public static List<Instance> readAll(JsonObject json) {
        var faults = new WrongFields.Gatherer();
        if (!(json.getValue("instances") instanceof JsonArray array)) {
            faults.add("instances", "is not an array");
            throw faults.toException();
        }
        var instances = new ArrayList<Instance>(array.size());
        for (var i = 0; i < array.size(); i++) {
            if (!(array.getValue(i) instanceof JsonObject one)) {
                faults.add("instances[" + i + "]", "is not an object");
                throw faults.toException();
            }
            instances.add(read(one));
        }
        return instances;
    }

    /** The instance; null, and the faults told, where there are any. */
    static @Nullable Instance read(JsonObject json, WrongFields.Gatherer faults) {
        var username = name(json, "username", faults);
        var environment = name(json, "environment", faults);
        var name = name(json, "name", faults);
        var versionText = string(json, "version", faults);
        var version =
                versionText == null
                        ? null
                        : faults.read("version", () -> Version.parse(versionText));
        var region = name(json, "region", faults);
        var hostname = name(json, "hostname", faults);
        var id = name(json, "id", faults);
        var zone = name(json, "zone", faults);
        var addresses = addresses(json, faults);
        var metadata = metadata(json, faults);
        if (username == null
                || environment == null
                || name == null
                || version == null
                || region == null
                || hostname == null
                || id == null
                || zone == null
                || addresses == null
                || metadata == null) {
            return null;
        }
        var identity = new Identity(username, environment, name, version, region, hostname, id);
        return new Instance(identity, zone, addresses, metadata);
    }

    private static @Nullable String name(
            JsonObject json, String field, WrongFields.Gatherer faults) {
        var text = string(json, field, faults);
        return text == null
                ? null
                : faults.read(
                        field,
                        () -> {
                            Text.requireName(field, text);
                            return text;
                        });
    }

    private static @Nullable String string(
            JsonObject json, String field, WrongFields.Gatherer faults) {
        var value = json.getValue(field);
        if (value instanceof String text) {
            return text;
        }
        faults.add(field, value == null ? "is missing" : "is not a string");
        return null;
    }

    private static @Nullable List<Address> addresses(JsonObject json, WrongFields.Gatherer faults) {
        if (!(json.getValue("addresses") instanceof JsonArray array)) {
            faults.add("addresses", "is missing or not an array");
            return null;
        }
        var addresses = new ArrayList<Address>();
        var sound = true;
        for (var i = 0; i < Math.min(array.size(), Instance.MAX_ADDRESSES + 1); i++) {
            var field = "addresses[" + i + "]";
            if (array.getValue(i) instanceof String text) {
                var address = faults.read(field, () -> Address.parse(text));
                sound &= address != null;
                if (address != null) {
                    addresses.add(address);
                }
            } else {
                faults.add(field, "is not a string");
                sound = false;
            }
        }
        return !sound
                ? null
                : faults.read(
                        "addresses",
                        () -> {
                            Instance.requireAddresses(addresses);
                            return addresses;
                        });
    }

    private static @Nullable Map<String, String> metadata(
            JsonObject json, WrongFields.Gatherer faults) {
        var value = json.getValue("metadata");
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof JsonObject object)) {
            faults.add("metadata", "is not an object");
            return null;
        }
        var metadata = new LinkedHashMap<String, String>();
        var sound = true;
        for (var key : object.fieldNames()) {
            if (object.getValue(key) instanceof String text) {
                metadata.put(key, text);
            } else {
                faults.add("metadata." + key, "is not a string");
                sound = false;
            }
        }
        return !sound
                ? null
                : faults.read(
                        "metadata",
                        () -> {
                            Instance.requireMetadata(metadata);
                            return metadata;
                        });
    }
}
