package dev.lumiere.eventlog.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way to a server, on which the answer to a chosen question can get lost, a question can be
 * held up, and all can fall silent.
 */
final class Wire implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final AtomicReference<@Nullable String> chosen = new AtomicReference<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicReference<@Nullable String> heldUp = new AtomicReference<>();
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger age = new AtomicInteger();

    Wire(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /**
     * The next message with that text is passed on; what is answered is not, and the line is cut.
     */
    void loseTheNextAnswerTo(String text) {
        chosen.set(text);
    }

    /** How many answers got lost. */
    int lost() {
        return lost.get();
    }

    /** Messages with that text are held up, until all are released. */
    void hold(String text) {
        heldUp.set(text);
    }

    /** How many are held up. */
    int held() {
        return held.get();
    }

    void release() {
        heldUp.set(null);
        released.countDown();
    }

    /** The lines there are pass nothing on any more, and nobody is told. */
    void silence() {
        age.incrementAndGet();
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                var line = new Line(client, server);
                Thread.ofVirtual().start(line::ask);
                Thread.ofVirtual().start(line::answer);
            }
        } catch (IOException _) {
            // closed
        }
    }

    private final class Line {
        private final Socket client;
        private final Socket server;
        private final int born = age.get();
        private volatile boolean isToBeCut;

        private Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void ask() {
            var buffer = new byte[1 << 16];
            try {
                for (var read = client.getInputStream().read(buffer);
                        read >= 0;
                        read = client.getInputStream().read(buffer)) {
                    var text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                    var wanted = chosen.get();
                    if (wanted != null
                            && text.contains(wanted)
                            && chosen.compareAndSet(wanted, null)) {
                        isToBeCut = true;
                    }
                    var holding = heldUp.get();
                    if (holding != null && text.contains(holding)) {
                        held.incrementAndGet();
                        released.await();
                    }
                    if (born == age.get()) {
                        server.getOutputStream().write(buffer, 0, read);
                    }
                }
            } catch (IOException _) {
                // one end is closed
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                cut();
            }
        }

        private void answer() {
            var buffer = new byte[1 << 16];
            try {
                for (var read = server.getInputStream().read(buffer);
                        read >= 0;
                        read = server.getInputStream().read(buffer)) {
                    if (isToBeCut && isDone(buffer, read)) {
                        lost.incrementAndGet();
                        break;
                    }
                    if (born == age.get()) {
                        client.getOutputStream().write(buffer, 0, read);
                    }
                }
            } catch (IOException _) {
                // one end is closed
            } finally {
                cut();
            }
        }

        /** Whether the server says that a command is complete. */
        private static boolean isDone(byte[] buffer, int length) {
            return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("INSERT 0 ");
        }

        private void cut() {
            try (client;
                    server) {
                // both are closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        release();
        listening.close();
    }
}
