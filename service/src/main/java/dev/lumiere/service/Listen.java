package dev.lumiere.service;

import dev.lumiere.service.registry.Address;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a server is to listen: {@code unix:/path}, or {@code tcp://host:port} with port 0 for a
 * free one.
 */
public record Listen(SocketAddress socket) {

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException naming {@code text} if it is neither form
     */
    public static Listen parse(String text) {
        if (text.startsWith("tcp://") && text.endsWith(":0")) {
            var withPort = (Address.Tcp) Address.parse(text.substring(0, text.length() - 1) + "1");
            return new Listen(SocketAddress.inetSocketAddress(0, withPort.host()));
        }
        return on(Address.parse(text));
    }

    public static Listen on(Address address) {
        return new Listen(socketOf(address));
    }

    /** As Vert.x writes an address. */
    public static SocketAddress socketOf(Address address) {
        return switch (address) {
            case Address.Tcp(var host, var port) -> SocketAddress.inetSocketAddress(port, host);
            case Address.Unix(var path) -> SocketAddress.domainSocketAddress(path.toString());
        };
    }

    /** Where others reach it, once it is bound to {@code port}; a Unix socket has no port. */
    Address address(int port) {
        return socket.isDomainSocket()
                ? new Address.Unix(Path.of(socket.path()))
                : new Address.Tcp(socket.host(), port);
    }

    /**
     * Makes way for a Unix socket: its folder is there, and no socket file that nobody listens on.
     *
     * @throws IllegalStateException if somebody listens there, or the file is no socket
     */
    public void clear() {
        if (!socket.isDomainSocket()) {
            return;
        }
        var path = Path.of(socket.path());
        try {
            Files.createDirectories(path.getParent());
            if (!Files.exists(path)) {
                return;
            }
            if (Files.isRegularFile(path) || Files.isDirectory(path)) {
                throw new IllegalStateException("there is a file in the socket's place: " + path);
            }
            try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(path));
                throw new IllegalStateException("another process listens on " + path);
            } catch (IOException _) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + path, e);
        }
    }
}
