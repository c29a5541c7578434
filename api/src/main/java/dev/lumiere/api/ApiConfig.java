package dev.lumiere.api;

import dev.lumiere.service.Settings;

/**
 * Where the control plane listens.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 */
public record ApiConfig(String host, int port) {

    /** Reads {@code api.…}. */
    public static ApiConfig from(Settings settings) {
        return new ApiConfig(
                settings.text("api.listen", "127.0.0.1"),
                settings.integer("api.port", 8081, 0, 65_535));
    }
}
