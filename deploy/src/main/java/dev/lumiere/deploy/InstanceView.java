package dev.lumiere.deploy;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Version;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One slot of the node as people see it.
 *
 * @param id of the instance in it, as the registry knows it, or of the last one
 * @param pid of the worker as the host numbers it, 0 if none runs
 * @param restarts deaths that nobody asked for, since the slot was first filled
 * @param since when this state began
 * @param lastExit how the one before ended, null if none did
 */
public record InstanceView(
        String id,
        String service,
        Version version,
        String zone,
        long pid,
        State state,
        int restarts,
        @Nullable Address address,
        Instant since,
        @Nullable String lastExit) {

    /** What a slot is doing. */
    public enum State {
        STARTING,
        READY,
        STOPPING,
        BACKING_OFF
    }

    public JsonObject json() {
        return JsonObject.of(
                "id",
                id,
                "service",
                service,
                "version",
                version.toString(),
                "zone",
                zone,
                "pid",
                pid,
                "state",
                state.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "restarts",
                restarts,
                "address",
                address == null ? null : address.toString(),
                "since",
                since.toString(),
                "lastExit",
                lastExit);
    }
}
