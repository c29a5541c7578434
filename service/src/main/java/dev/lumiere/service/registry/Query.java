package dev.lumiere.service.registry;

import org.jspecify.annotations.Nullable;

/**
 * Which instances are wanted. A null part matches all.
 *
 * @param version a constraint such as {@code ~> 1.2}
 */
public record Query(
        @Nullable String username,
        @Nullable String environment,
        @Nullable String name,
        @Nullable VersionConstraint version,
        @Nullable String region,
        @Nullable String zone) {

    public static Query everything() {
        return new Query(null, null, null, null, null, null);
    }

    public static Query named(String name) {
        return new Query(null, null, name, null, null, null);
    }

    public Query withVersion(VersionConstraint constraint) {
        return new Query(username, environment, name, constraint, region, zone);
    }

    public boolean matches(Instance instance) {
        var identity = instance.identity();
        return (username == null || username.equals(identity.username()))
                && (environment == null || environment.equals(identity.environment()))
                && (name == null || name.equals(identity.name()))
                && (version == null || version.test(identity.version()))
                && (region == null || region.equals(identity.region()))
                && (zone == null || zone.equals(instance.zone()));
    }
}
