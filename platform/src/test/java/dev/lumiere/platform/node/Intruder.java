package dev.lumiere.platform.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.service.file.DescriptorClient;
import dev.lumiere.service.file.OpenFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What becomes of an image worker once a picture has taken it over: in its place, with its command
 * line and its sandbox, this tries what it is told to, a line for each connection. It answers what
 * it got hold of, or {@code failed}.
 */
final class Intruder {
    private static final int CONNECT_MILLIS = 2000;
    private static final int MAX_FILE_BYTES = 16 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<OpenFile> KEPT = new ArrayList<>();

    /** Of the system and of the kernel: no tenant's. */
    private static final Set<Path> PUBLIC =
            Set.of(
                    Path.of("/usr"),
                    Path.of("/sys"),
                    Path.of("/proc"),
                    Path.of(System.getProperty("java.home")));

    private Intruder() {}

    static void main() throws IOException {
        var listen = System.getenv("LUMIERE_WORKER_LISTEN").substring("unix:".length());
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(listen));
            while (true) {
                try (var told = server.accept()) {
                    var in = new BufferedReader(Channels.newReader(told, UTF_8));
                    told.write(UTF_8.encode(outcome(in.readLine().split(" ", 2))));
                }
            }
        }
    }

    private static String outcome(String[] told) {
        try {
            return attempt(told[0], told.length == 1 ? "" : told[1]);
        } catch (IOException | RuntimeException e) {
            return "failed: " + e;
        }
    }

    private static String attempt(String act, String what) throws IOException {
        return switch (act) {
            case "tcp" -> tcp(what);
            case "udp" -> udp(what);
            case "unix" -> unix(Path.of(what));
            case "abstract" -> {
                try (var _ = AbstractSocket.connected(what)) {
                    yield "connected";
                }
            }
            case "read" -> Files.readString(Path.of(what));
            case "list" -> {
                try (var inside = Files.list(Path.of(what))) {
                    yield inside.toList().toString();
                }
            }
            case "search" -> search(what).toString();
            case "programs" -> programs().toString();
            case "source" -> source(what);
            case "descriptor" -> descriptor(what);
            case "keep" -> keep(what.split(" ", 2));
            case "grow" -> {
                Arena.global().allocate((long) Integer.parseInt(what) << 20, 1).fill((byte) 1);
                yield "grown";
            }
            case "crash" -> {
                MemorySegment.NULL.reinterpret(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                yield "alive";
            }
            default -> "alive";
        };
    }

    private static String tcp(String where) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(address(where), CONNECT_MILLIS);
            return "connected";
        }
    }

    private static String udp(String where) throws IOException {
        try (var channel = DatagramChannel.open()) {
            return "sent " + channel.send(UTF_8.encode("told"), address(where));
        }
    }

    private static InetSocketAddress address(String where) throws IOException {
        var colon = where.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.getByName(where.substring(0, colon)),
                Integer.parseInt(where.substring(colon + 1)));
    }

    private static String unix(Path socket) throws IOException {
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return "connected";
        }
    }

    /** Every file it can read that holds these words, and every open file of any process. */
    private static Set<Path> search(String words) throws IOException {
        var found = new TreeSet<Path>();
        Files.walkFileTree(
                Path.of("/"),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes is) {
                        return PUBLIC.contains(at)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
                        if (holds(file, words)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                try (var open = Files.newDirectoryStream(process.resolve("fd"))) {
                    for (var file : open) {
                        if (holds(file, words)) {
                            found.add(file);
                        }
                    }
                } catch (IOException _) {
                    // not ours to look at, as it should be
                }
            }
        }
        return found;
    }

    private static boolean holds(Path file, String words) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) <= MAX_FILE_BYTES
                    && new String(Files.readAllBytes(file), UTF_8).contains(words);
        } catch (IOException _) {
            return false;
        }
    }

    private static Set<String> programs() throws IOException {
        var names = new TreeSet<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                names.add(
                        process.getFileName()
                                + " "
                                + Files.readString(process.resolve("comm")).strip());
            }
        }
        return names;
    }

    /** Sends a request line to the source socket; gives the answer, head and all. */
    private static String source(String line) throws IOException {
        var socket = Path.of(System.getenv("LUMIERE_WORKER_SOURCE"));
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(
                    UTF_8.encode(
                            line
                                    + " HTTP/1.1\r\nHost: source\r\nContent-Length: 0\r\n"
                                    + "Connection: close\r\n\r\n"));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private static String descriptor(String token) throws IOException {
        try (var client = new DescriptorClient(descriptorSocket());
                var file = client.open(token, PATIENCE)) {
            if (file == null) {
                return "failed: nothing was handed";
            }
            try (var arena = Arena.ofConfined()) {
                var bytes = arena.allocate(file.size());
                file.read(bytes, 0);
                return new String(bytes.toArray(ValueLayout.JAVA_BYTE), UTF_8);
            }
        }
    }

    /** Writes into the memory it is handed, and keeps that open. */
    private static String keep(String[] tokenAndText) throws IOException {
        try (var client = new DescriptorClient(descriptorSocket());
                var arena = Arena.ofConfined()) {
            var file = client.open(tokenAndText[0], PATIENCE);
            if (file == null) {
                return "failed: nothing was handed";
            }
            var bytes = tokenAndText[1].getBytes(UTF_8);
            file.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), 0);
            KEPT.add(file);
            return "kept";
        }
    }

    private static Path descriptorSocket() {
        return Path.of(System.getenv("LUMIERE_WORKER_SOURCE") + ".d");
    }
}
