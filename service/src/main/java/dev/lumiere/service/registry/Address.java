package dev.lumiere.service.registry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where an instance listens. Written {@code tcp://host:port} or {@code unix:/path}. */
public sealed interface Address {

    /**
     * A TCP port.
     *
     * @param host DNS name or IP literal, an IPv6 literal without brackets
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements Address {
        public Tcp {
            Text.requireName("host", host);
            if (host.codePoints()
                    .anyMatch(c -> Character.isWhitespace(c) || "@?#[]".indexOf(c) >= 0)) {
                throw new IllegalArgumentException("not a host: " + host);
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port not in 1..65535: " + port);
            }
        }

        @Override
        public String toString() {
            return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * A socket in the file system, offered only to callers of the same hostname.
     *
     * @param path absolute, at most 107 bytes (the kernel's {@code sun_path})
     */
    record Unix(Path path) implements Address {
        private static final int MAX_PATH_BYTES = 107;

        public Unix {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("socket path is not absolute: " + path);
            }
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
                throw new IllegalArgumentException("socket path over 107 bytes: " + path);
            }
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Reads what {@code toString} wrote.
     *
     * @throws IllegalArgumentException naming {@code text} if it is neither form
     */
    static Address parse(String text) {
        if (text.startsWith("unix:")) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        var colon = text.lastIndexOf(':');
        if (!text.startsWith("tcp://") || colon < "tcp://".length()) {
            throw new IllegalArgumentException("neither tcp://host:port nor unix:/path: " + text);
        }
        var host = text.substring("tcp://".length(), colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Tcp(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("port is not a number: " + text);
        }
    }
}
