package dev.lumiere.platform.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;
import static org.awaitility.Awaitility.await;

import dev.lumiere.deploy.DeployConfig;
import dev.lumiere.deploy.ProcessRuntime;
import dev.lumiere.deploy.RunningInstance;
import dev.lumiere.deploy.RunningInstance.Exit;
import dev.lumiere.deploy.ServiceSpec;
import dev.lumiere.deploy.Slot;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.service.Settings;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a picture that takes its decoder over can reach. An {@link Intruder} tries it, in the very
 * sandbox each of the image services gets; that there is something to reach is shown first.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant MUCH_LATER = Instant.MAX;
    private static final Path CLASSES = classes();

    /** In what is another's, and nowhere else. */
    private final String secret = "secret-" + UUID.randomUUID();

    private final Map<String, ServiceSpec> services = new LinkedHashMap<>();
    private final Map<String, RunningInstance> intruders = new LinkedHashMap<>();
    private Path folder;
    private Path blob;
    private Vertx vertx;
    private ProcessRuntime runtime;
    private SourceSocket sources;

    @BeforeAll
    void takeOverOneWorkerOfEachService(@TempDir Path temp) throws IOException {
        folder = temp;
        blob = Files.createDirectories(temp.resolve("bucket")).resolve("blob.jpg");
        Files.writeString(blob, secret);
        var settings =
                new Settings(
                        Map.of(
                                "deploy.runtimeFolder",
                                temp.resolve("run").toString(),
                                "deploy.logFolder",
                                temp.resolve("log").toString(),
                                "deploy.sandbox",
                                isDebianAsRoot() ? "required" : "auto",
                                "image.memory",
                                "300M",
                                "image.extra.memory",
                                "300M"),
                        Map.of(),
                        Map.of());
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        runtime = ProcessRuntime.open(DeployConfig.from(settings, temp, "here"));
        Assumptions.assumeTrue(
                runtime.sandbox().inForce(), () -> "no sandbox: " + runtime.sandbox().missing());
        sources =
                new SourceSocket(
                        vertx,
                        runtime.sourceSocket(),
                        temp.resolve("scratch"),
                        InstantSource.system(),
                        new SecureRandom());
        var program = new Program(Path.of("..").toAbsolutePath().normalize());
        var images = ImageService.from(settings);
        settings.check();
        for (var image : images) {
            var spec = intruding(image.spec(program));
            services.put(spec.name(), spec);
            intruders.put(spec.name(), started(spec.name(), "-1"));
        }
    }

    @AfterAll
    void stop() {
        runtime.close();
        if (sources != null) {
            sources.close();
        }
        vertx.close().await();
    }

    Set<String> services() {
        return services.keySet();
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReachesNoTcpPort(String service) throws IOException {
        try (var host = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var known = new Socket()) {
            known.connect(host.getLocalSocketAddress());

            assertThat(ask(service, "tcp 127.0.0.1:" + host.getLocalPort())).startsWith("failed");
            assertThat(ask(service, "tcp 192.0.2.1:80")).contains("failed", "unreachable");
            assertThat(ask(service, "tcp [2001:db8::1]:80")).startsWith("failed");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void itSendsNoDatagram(String service) throws IOException {
        try (var host = DatagramChannel.open(StandardProtocolFamily.INET)) {
            host.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            host.configureBlocking(false);
            var port = ((InetSocketAddress) host.getLocalAddress()).getPort();

            assertThat(ask(service, "udp 192.0.2.1:53")).startsWith("failed");
            ask(service, "udp 127.0.0.1:" + port); // gets no further than its own loopback

            assertThat(host.send(UTF_8.encode("mine"), host.getLocalAddress())).isEqualTo(4);
            var received = ByteBuffer.allocate(16);
            assertThat(host.receive(received)).isNotNull();
            assertThat(UTF_8.decode(received.flip()).toString()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReachesNoSocketOfTheHostNorOfAnotherWorker(String service) throws IOException {
        var path = folder.resolve("host.sock");
        var name = "lumiere-" + UUID.randomUUID();
        try (var host = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var nameless = AbstractSocket.listening(name);
                var known = AbstractSocket.connected(name)) {
            assertThat(List.of(nameless, known)).doesNotContainNull();
            host.bind(UnixDomainSocketAddress.of(path));

            assertThat(ask(service, "unix " + path)).startsWith("failed");
            assertThat(ask(service, "abstract " + name)).isEqualTo(failedTo("connect"));
        } finally {
            Files.delete(path);
        }
        for (var other : intruders.values()) {
            assertThat(ask(service, "unix " + socket(other))).startsWith("failed");
        }
        assertThat(ask(service, "list /run/lumiere")).isEqualTo("[/run/lumiere/w.sock]");
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReadsNoBlobThatItWasNotGiven(String service) throws IOException {
        assertThat(ask(service, "read " + blob)).startsWith("failed");
        assertThat(ask(service, "list " + blob.getParent())).startsWith("failed");
        assertThat(ask(service, "list " + folder)).startsWith("failed");
        assertThat(ask(service, "search " + secret)).isEqualTo("[]");
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReadsNoSystemFile(String service) throws IOException {
        for (var path :
                List.of(
                        "/etc/passwd",
                        "/etc/shadow",
                        "/etc/hostname",
                        "/proc/1/environ",
                        "/proc/1/root/etc/passwd",
                        "/proc/" + ProcessHandle.current().pid() + "/environ",
                        "/proc/kcore")) {
            assertThat(ask(service, "read " + path)).as(path).startsWith("failed");
        }
        for (var path : List.of("/root", "/home", "/var/lib", "/proc/1/fd", "/run/user")) {
            assertThat(ask(service, "list " + path)).as(path).startsWith("failed");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReadsOnlyTheSourcesOfTheRequestItWorksOn(String service) throws IOException {
        try (var grants = sources.grants(MUCH_LATER)) {
            var mine = grants.input(Buffer.buffer("mine"), "image/jpeg").token();
            String theirs;
            try (var other = sources.grants(MUCH_LATER)) {
                theirs = other.input(Buffer.buffer(secret), "image/jpeg").token();
                assertThat(ask(service, "source GET /" + theirs)).contains(secret);
            }

            assertThat(ask(service, "source GET /" + mine)).endsWith("mine");
            for (var guess :
                    List.of(
                            theirs,
                            "",
                            "*",
                            mine.substring(0, mine.length() - 1),
                            mine + "/../" + theirs,
                            "../bucket/blob.jpg",
                            "bucket/blob.jpg",
                            blob.toString())) {
                assertThat(ask(service, "source GET /" + guess))
                        .as(guess)
                        .startsWith("HTTP/1.1 404")
                        .doesNotContain(secret);
                assertThat(ask(service, "descriptor " + guess)).as(guess).startsWith("failed");
            }
            assertThat(ask(service, "source PUT /" + mine)).startsWith("HTTP/1.1 403");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void itReachesNoIntermediateOfAnotherPicture(String service) throws Exception {
        var other = started(service, "-other");
        var grants = sources.grants(MUCH_LATER);
        var memory = grants.memory();
        var token = memory.capability().token();
        assertThat(ask(other, "keep " + token + " " + secret)).isEqualTo("kept");
        try (var kept = memory.written(1 << 20)) {
            assertThat(ask(service, "descriptor " + token)).isEqualTo(secret);
            grants.close();

            // that request is over; the node and the worker that wrote it hold on to it
            assertThat(read(kept)).isEqualTo(secret);
            assertThat(ask(other, "search " + secret)).contains("/fd/");
            assertThat(ask(service, "descriptor " + token)).startsWith("failed");
            assertThat(ask(service, "source GET /" + token)).startsWith("HTTP/1.1 404");
            assertThat(ask(service, "search " + secret)).isEqualTo("[]");
            assertThat(ask(service, "programs")).containsOnlyOnce("java");
        }
        other.kill();
        other.exit().get(30, TimeUnit.SECONDS);
    }

    private static String read(@Nullable OpenFile kept) throws IOException {
        var bytes = ByteBuffer.allocate(1024);
        Objects.requireNonNull(kept).channel().read(bytes, 0);
        return UTF_8.decode(bytes.flip()).toString();
    }

    @ParameterizedTest
    @MethodSource("services")
    void itDiesWhenItGrowsPastItsMemory(String service) throws Exception {
        var greedy = started(service, "-greedy");
        assertThat(ask(greedy, "grow 16")).isEqualTo("grown");

        ask(greedy, "grow 600"); // answered where the limit is held by a look now and then

        assertThat(greedy.exit().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit(137, true));
        assertThat(ask(service, "alive")).isEqualTo("alive");
    }

    @ParameterizedTest
    @MethodSource("services")
    void itsCrashIsItsOwn(String service) throws Exception {
        var crashing = started(service, "-crashing");

        assertThat(ask(crashing, "crash")).isEmpty();

        assertThat(crashing.exit().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit(134, false));
        assertThat(ask(service, "alive")).isEqualTo("alive");
    }

    private static String failedTo(String function) {
        return "failed: java.io.IOException: " + function + " failed";
    }

    private String ask(String service, String attempt) throws IOException {
        return ask(Objects.requireNonNull(intruders.get(service)), attempt);
    }

    private static String ask(RunningInstance intruder, String attempt) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket(intruder)))) {
            channel.write(UTF_8.encode(attempt + "\n"));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private static Path socket(RunningInstance instance) {
        return ((Address.Unix) instance.address()).path();
    }

    private RunningInstance started(String service, String suffix) throws IOException {
        var spec = Objects.requireNonNull(services.get(service));
        var instance = runtime.start(service + suffix, new Slot(spec.name(), 0, "a"), spec);
        // its socket is there a moment before anybody listens on it
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> instance.exit().isDone() || ask(instance, "alive").equals("alive"));
        assertThat(instance.exit().isDone())
                .as(() ->
                        contentOf(folder.resolve("log/%s-a-0.log".formatted(spec.name())).toFile()))
                .isFalse();
        return instance;
    }

    /** As the image worker, but for the class that is started. */
    private static ServiceSpec intruding(ServiceSpec spec) {
        var command = new ArrayList<>(spec.command());
        command.set(command.size() - 1, Intruder.class.getName());
        command.set(command.size() - 2, command.get(command.size() - 2) + ":" + CLASSES);
        var readOnly = new ArrayList<>(spec.readOnlyPaths());
        readOnly.add(CLASSES);
        return new ServiceSpec(
                spec.name(),
                spec.version(),
                command,
                spec.environment(),
                1,
                List.of("a"),
                spec.memoryMaxBytes(),
                readOnly,
                spec.readyWithin(),
                spec.stopWithin());
    }

    private static boolean isDebianAsRoot() throws IOException {
        return Files.exists(Path.of("/etc/debian_version"))
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static Path classes() {
        try {
            return Path.of(
                    Intruder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
