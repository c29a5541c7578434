package dev.lumiere.service;

/** A subject that is served over HTTP. */
@FunctionalInterface
public interface Face {
    /** Adds its paths, before the server starts. */
    void addTo(ServiceServer server);
}
