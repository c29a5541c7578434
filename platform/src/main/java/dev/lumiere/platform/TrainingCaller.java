package dev.lumiere.platform;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection on which requests follow each other, over TCP or a Unix socket. It speaks as much
 * HTTP as our own servers answer and loads few classes, which would be kept for every later start.
 */
final class TrainingCaller implements AutoCloseable {
    private static final String LENGTH = "\r\ncontent-length: ";

    private final SocketChannel channel;
    private final ByteBuffer answer = ByteBuffer.allocate(1 << 16);

    private TrainingCaller(SocketChannel channel) {
        this.channel = channel;
    }

    static TrainingCaller to(SocketAddress address) throws IOException {
        return new TrainingCaller(SocketChannel.open(address));
    }

    void get(String target) throws IOException {
        send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n", new byte[0]);
    }

    void post(String target, String contentType, byte[] body) throws IOException {
        send(
                "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(target, contentType, body.length),
                body);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void send(String head, byte[] body) throws IOException {
        write(head.getBytes(StandardCharsets.US_ASCII));
        write(body);
        answer.clear();
        var end = -1;
        while (end < 0) {
            read();
            end = text().indexOf("\r\n\r\n");
        }
        if (!text().startsWith("HTTP/1.1 200 ")) {
            throw new IOException(head.lines().findFirst().orElse("") + " gave " + text());
        }
        var left = length(text().substring(0, end)) - (answer.position() - end - 4);
        while (left > 0) {
            answer.clear();
            left -= read();
        }
    }

    private void write(byte[] bytes) throws IOException {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    private int read() throws IOException {
        var read = channel.read(answer);
        if (read <= 0) {
            throw new EOFException(
                    "the connection was closed before its answer, or its head is long");
        }
        return read;
    }

    private String text() {
        return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    }

    private static long length(String head) {
        var at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (at < 0) {
            throw new IllegalArgumentException("an answer without a length: " + head);
        }
        var end = head.indexOf("\r\n", at + LENGTH.length());
        return Long.parseLong(head.substring(at + LENGTH.length(), end < 0 ? head.length() : end));
    }
}
