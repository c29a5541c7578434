package dev.lumiere.fop;

import dev.lumiere.service.registry.Version;

/** A service at a version: what a result was made by. Written {@code image@0.1.0}. */
public record ServiceVersion(String service, Version version) {
    @Override
    public String toString() {
        return service + "@" + version;
    }
}
