package dev.lumiere.service.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Takes open files from a {@link DescriptorServer}. Any thread may ask; each call blocks its
 * thread, on a connection that is kept for the next.
 */
public final class DescriptorClient implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int PATH_BYTES = 108;

    /** {@code struct msghdr} and {@code struct cmsghdr} with one descriptor, on 64 bits. */
    private static final int MESSAGE_BYTES = 56;

    private static final int CONTROL_BYTES = 24;

    /** An open file is at hand or not; nothing is waited for but the other process. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Path path;
    private final ConcurrentLinkedDeque<Integer> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * Nothing is connected yet.
     *
     * @param path of the server's socket
     */
    public DescriptorClient(Path path) {
        this.path = path;
    }

    /**
     * Asks for a file.
     *
     * @return null if the server has none of that name, or none to hand on
     * @throws IOException if the server is not there or does not answer within {@code patience} or
     *     a second
     */
    public @Nullable OpenFile open(String name, Duration patience) throws IOException {
        var waits = patience.compareTo(LONGEST) < 0 ? patience : LONGEST;
        try (var arena = Arena.ofConfined()) {
            var kept = idle.pollFirst();
            if (kept != null) {
                if (ask(kept, name, waits, arena)) {
                    return receiveOn(kept, name, arena);
                }
                Libc.close(kept); // it may have been closed since
            }
            var fresh = connect(waits, arena);
            if (!ask(fresh, name, waits, arena)) {
                Libc.close(fresh);
                throw new IOException("the connection was closed: " + path);
            }
            return receiveOn(fresh, name, arena);
        }
    }

    /** Keeps the connection for the next if all goes well, else closes it. */
    private @Nullable OpenFile receiveOn(int connection, String name, Arena arena)
            throws IOException {
        int descriptor;
        try {
            descriptor = receive(connection, arena);
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(connection);
            throw e;
        }
        idle.addFirst(connection);
        if (closed && idle.remove(connection)) {
            Libc.close(connection);
        }
        return descriptor < 0 ? null : OpenFile.opened(descriptor, Path.of(name));
    }

    @Override
    public void close() {
        closed = true;
        for (var next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            Libc.close(next);
        }
    }

    private int connect(Duration patience, Arena arena) throws IOException {
        var text = path.toString().getBytes(StandardCharsets.UTF_8);
        if (text.length >= PATH_BYTES) {
            throw new IOException("the path of a socket is too long: " + path);
        }
        var address = arena.allocate(Short.BYTES + PATH_BYTES, Short.BYTES);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(text, 0, address, JAVA_BYTE, Short.BYTES, text.length);
        var socket = Libc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC);
        if (socket < 0) {
            throw new IOException("no socket: error " + -socket);
        }
        wait(socket, SO_SNDTIMEO, patience, arena);
        var failed = Libc.connect(socket, address);
        if (failed < 0) {
            Libc.close(socket);
            throw new IOException("nobody listens on " + path + ": error " + -failed);
        }
        return socket;
    }

    /** False if the other side has closed the connection. */
    private static boolean ask(int connection, String name, Duration patience, Arena arena) {
        wait(connection, SO_RCVTIMEO, patience, arena);
        var line = (name + "\n").getBytes(StandardCharsets.US_ASCII);
        return Libc.send(connection, arena.allocateFrom(JAVA_BYTE, line), MSG_NOSIGNAL)
                == line.length;
    }

    private static void wait(int socket, int option, Duration atMost, Arena arena) {
        var micros = Math.max(1, atMost.toNanos() / 1000);
        var time = arena.allocateFrom(JAVA_LONG, micros / 1_000_000, micros % 1_000_000);
        var failed = Libc.setsockopt(socket, SOL_SOCKET, option, time);
        if (failed < 0) {
            throw new IllegalStateException("a socket without a time limit: error " + -failed);
        }
    }

    /** The descriptor, negative if there is none for us. */
    private int receive(int connection, Arena arena) throws IOException {
        var message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
        var control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        var vector = arena.allocate(ADDRESS.byteSize() + Long.BYTES, Long.BYTES);
        vector.set(ADDRESS, 0, arena.allocate(1));
        vector.set(JAVA_LONG, 8, 1);
        message.set(ADDRESS, 16, vector);
        message.set(JAVA_LONG, 24, 1);
        message.set(ADDRESS, 32, control);
        message.set(JAVA_LONG, 40, CONTROL_BYTES);
        var received = Libc.recvmsg(connection, message, MSG_CMSG_CLOEXEC);
        if (received <= 0) {
            throw new IOException("no answer from " + path + ": error " + -received);
        }
        var hasRights =
                message.get(JAVA_LONG, 40) >= 20
                        && control.get(JAVA_INT, 8) == SOL_SOCKET
                        && control.get(JAVA_INT, 12) == SCM_RIGHTS;
        return hasRights ? control.get(JAVA_INT, 16) : -1;
    }
}
