package dev.lumiere.service.registry;

/**
 * Which instance of which service this is. Written as a path, {@code
 * username/environment/name/version/region/hostname/id}, as Kite does. No part is blank, has a
 * slash or a control character, or takes more than 255 bytes.
 *
 * @param id unique among all instances, for example a UUID
 */
public record Identity(
        String username,
        String environment,
        String name,
        Version version,
        String region,
        String hostname,
        String id) {
    public Identity {
        Text.requireName("username", username);
        Text.requireName("environment", environment);
        Text.requireName("name", name);
        Text.requireName("region", region);
        Text.requireName("hostname", hostname);
        Text.requireName("id", id);
    }

    /**
     * Reads what {@code toString} wrote.
     *
     * @throws IllegalArgumentException naming {@code path} if it has not seven parts
     */
    public static Identity parse(String path) {
        var p = path.split("/", -1);
        if (p.length != 7) {
            throw new IllegalArgumentException("an identity has seven parts: " + path);
        }
        return new Identity(p[0], p[1], p[2], Version.parse(p[3]), p[4], p[5], p[6]);
    }

    @Override
    public String toString() {
        return String.join(
                "/", username, environment, name, version.toString(), region, hostname, id);
    }
}
