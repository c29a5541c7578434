package dev.lumiere.platform.node;

import dev.lumiere.service.Settings;
import dev.lumiere.storage.rule.HostName;
import java.util.regex.Pattern;

/**
 * By which hosts clients find this node, where that is not the address it listens on, as behind a
 * balancer.
 *
 * @param media host and port; empty for the address it listens on
 * @param api the same of the control plane
 */
record PublicHosts(String media, String api) {
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+])(:\\d{1,5})?");

    /** Reads {@code gateway.publicHost} and {@code api.publicHost}. */
    static PublicHosts from(Settings settings) {
        return new PublicHosts(
                host(settings, "gateway.publicHost"), host(settings, "api.publicHost"));
    }

    private static String host(Settings settings, String name) {
        var text = settings.text(name, "");
        if (!text.isEmpty() && !HOST.matcher(text).matches()) {
            settings.fault(name + " is not host or host:port: " + text);
        }
        return text;
    }

    /** Whether one of them, which no bucket can have for its own. */
    boolean has(String host) {
        return host.equals(HostName.inHeader(media)) || host.equals(HostName.inHeader(api));
    }

    /** As SDKs are told, without a scheme. */
    static String or(String host, String listen, String hostname, int port) {
        if (!host.isEmpty()) {
            return host;
        }
        var isEvery = listen.equals("0.0.0.0") || listen.equals("::");
        var name = isEvery ? hostname : listen;
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}
