package dev.lumiere.deploy;

import dev.lumiere.service.registry.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The plainest client there can be, so that the tests trust nothing of what they test. */
final class UnixHttp {
    private UnixHttp() {}

    /** The answer's body; empty if the worker went away. */
    static String get(Address address, String target) {
        var path = ((Address.Unix) address).path();
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            var request = "GET " + target + " HTTP/1.1\r\nHost: worker\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            var answer =
                    new String(
                            Channels.newInputStream(channel).readAllBytes(),
                            StandardCharsets.UTF_8);
            var body = answer.indexOf("\r\n\r\n");
            return body < 0 ? "" : answer.substring(body).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
