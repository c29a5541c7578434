package dev.lumiere.storage.blob.s3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a server, and cuts their connections. */
final class Relay implements AutoCloseable {
    private final URI server;
    private final ServerSocket door;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** How many connections are cut, of those that send more than is allowed. */
    final AtomicInteger cuts = new AtomicInteger();

    /** So much may the server send on a connection while there are cuts left. */
    final AtomicLong maxDown = new AtomicLong(Long.MAX_VALUE);

    /** So much may the client. */
    final AtomicLong maxUp = new AtomicLong(Long.MAX_VALUE);

    Relay(URI server) throws IOException {
        this.server = server;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var _ =
                threads.submit(() -> {
                    while (true) {
                        var client = door.accept();
                        var _ =
                                threads.submit(() -> {
                                    relay(client);
                                    return null;
                                });
                    }
                });
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    private void relay(Socket client) throws IOException {
        var upstream = new Socket(server.getHost(), server.getPort());
        var _ =
                threads.submit(() -> {
                    pump(client, upstream, maxUp);
                    return null;
                });
        pump(upstream, client, maxDown);
    }

    private void pump(Socket from, Socket to, AtomicLong max) throws IOException {
        try (from;
                to) {
            var portion = new byte[16 << 10];
            var sent = 0L;
            for (var n = from.getInputStream().read(portion);
                    n >= 0;
                    n = from.getInputStream().read(portion)) {
                sent += n;
                if (sent > max.get() && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                to.getOutputStream().write(portion, 0, n);
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
    }
}
