package dev.lumiere.service;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * How a process is. Healthy means that it works; ready means that it wants requests, which a
 * healthy process that starts, drains or misses a peer does not.
 */
public final class Health {
    private final Map<String, Check> checks = new ConcurrentSkipListMap<>();
    private final Map<String, Check> readiness = new ConcurrentSkipListMap<>();
    private final Map<String, Supplier<?>> facts = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** Asks about one thing. May block for a short while; what it throws counts as down. */
    @FunctionalInterface
    public interface Check {
        Status status();
    }

    /** An answer, with what to tell a person about it. */
    public record Status(boolean up, String detail) {
        public static Status up(String detail) {
            return new Status(true, detail);
        }

        public static Status down(String detail) {
            return new Status(false, detail);
        }
    }

    /** Without it the process is broken. */
    public Health check(String name, Check check) {
        checks.put(name, check);
        return this;
    }

    /** Without it the process wants no requests, but is not broken. Must not block. */
    public Health readyWhen(String name, Check check) {
        readiness.put(name, check);
        return this;
    }

    /** Something to know that is neither up nor down, such as the sandbox in force. */
    public Health fact(String name, String value) {
        return fact(name, () -> value);
    }

    /** As {@link #fact(String, String)}, asked for each time: a text, or an object or array. */
    public Health fact(String name, Supplier<?> value) {
        facts.put(name, value);
        return this;
    }

    /** From now on not ready, as the process is about to stop. */
    public void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    public boolean isReady() {
        return !draining && readiness.values().stream().allMatch(check -> ask(check).up());
    }

    public boolean isHealthy() {
        return checks.values().stream().allMatch(check -> ask(check).up());
    }

    /** {@code {"status":"up","ready":true,"checks":{"disk":{"up":true,"detail":…}}, …}}. */
    public JsonObject json() {
        var all = new JsonObject();
        var healthy = tell(checks, all);
        var ready = tell(readiness, all) && !draining;
        var json =
                JsonObject.of(
                        "status",
                        healthy ? "up" : "down",
                        "ready",
                        ready,
                        "draining",
                        draining,
                        "checks",
                        all);
        facts.forEach((name, value) -> json.put(name, value.get()));
        return json;
    }

    private static boolean tell(Map<String, Check> checks, JsonObject into) {
        var up = true;
        for (var entry : checks.entrySet()) {
            var status = ask(entry.getValue());
            up &= status.up();
            into.put(entry.getKey(), JsonObject.of("up", status.up(), "detail", status.detail()));
        }
        return up;
    }

    private static Status ask(Check check) {
        try {
            return check.status();
        } catch (RuntimeException e) {
            return Status.down(String.valueOf(e.getMessage()));
        }
    }
}
