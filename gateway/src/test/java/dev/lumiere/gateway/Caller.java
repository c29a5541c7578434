package dev.lumiere.gateway;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;

/** One connection, on which requests may be sent before answers are read. */
final class Caller implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private static final int SEND_BUFFER_BYTES = 16 << 10;
    private static final int PATIENCE_MILLIS = 500;

    private final SocketChannel socket = SocketChannel.open();
    private final InputStream in;
    private final Queue<String> asked = new ArrayDeque<>();

    /**
     * What came back.
     *
     * @param headers by lower-case name
     */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        Map<String, String> headersBut(String name) {
            var others = new HashMap<>(headers);
            others.remove(name);
            return others;
        }
    }

    Caller(int port) throws IOException {
        socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.socket().setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.socket().getInputStream());
    }

    Answer ask(String method, String target, String... headers) throws IOException {
        send(method, target, headers);
        return receive();
    }

    /** Sends; after an empty line among the headers comes the body. */
    void send(String method, String target, String... headers) throws IOException {
        var request = request(method, target, headers);
        socket.socket().getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        asked.add(method);
    }

    /** Sends GETs in one piece; the headers go with the first. */
    void sendTogether(List<String> targets, String... headers) throws IOException {
        var requests = new StringBuilder();
        for (var target : targets) {
            requests.append(
                    requests.isEmpty() ? request("GET", target, headers) : request("GET", target));
            asked.add("GET");
        }
        socket.socket()
                .getOutputStream()
                .write(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Sends GETs without reading an answer.
     *
     * @return how many were sent before nothing more was taken, or {@code most}; there may be a
     *     part of one more, so nothing else can be sent
     */
    int sendUntilNobodyReads(String target, int most, String header) throws IOException {
        var request = request("GET", target, header).getBytes(StandardCharsets.ISO_8859_1);
        var bytes = ByteBuffer.allocate(most * request.length);
        for (var i = 0; i < most; i++) {
            bytes.put(request);
        }
        bytes.flip();
        socket.configureBlocking(false);
        try (var selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_WRITE);
            while (bytes.hasRemaining() && selector.select(PATIENCE_MILLIS) > 0) {
                selector.selectedKeys().clear();
                socket.write(bytes);
            }
        }
        socket.configureBlocking(true);
        var sent = bytes.position() / request.length;
        asked.addAll(Collections.nCopies(sent, "GET"));
        return sent;
    }

    /** The next answer, in the order of the requests. */
    Answer receive() throws IOException {
        var method = asked.remove();
        var status = Integer.parseInt(line().split(" ", 3)[1]);
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var body = method.equals("HEAD") || status == 304 ? new byte[0] : in.readNBytes(length);
        return new Answer(status, headers, new String(body, StandardCharsets.ISO_8859_1));
    }

    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String request(String method, String target, String... headers) {
        var end = headers.length > 1 && headers[headers.length - 2].isEmpty() ? "" : "\r\n\r\n";
        var fields = headers.length == 0 ? "" : "\r\n" + String.join("\r\n", headers);
        var named = Arrays.stream(headers).anyMatch(header -> header.startsWith("Host: "));
        var host = named ? "" : "\r\nHost: localhost";
        return method + " " + target + " HTTP/1.1" + host + fields + end;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("after " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
