package dev.lumiere.service.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final Map<String, OpenFile> files = new ConcurrentHashMap<>();
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private Path socket = Path.of("");
    private DescriptorServer server;
    private DescriptorClient client;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("f.sock");
        server = requireNonNull(DescriptorServer.start(vertx, socket, files::get));
        client = new DescriptorClient(socket);
        offer("a", "the first");
        offer("b", "the second");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        vertx.close().await();
        files.values().forEach(OpenFile::close);
    }

    @Test
    void anOpenFileIsReadByWhoWasHandedIt() throws IOException {
        assertThat(read("a")).isEqualTo("the first");
        assertThat(read("b")).isEqualTo("the second");
    }

    @Test
    void whatWasHandedOutIsReadableAfterTheGiverClosedIt() throws IOException {
        try (var mine = requireNonNull(client.open("a", PATIENCE))) {
            requireNonNull(files.get("a")).close();
            assertThat(text(mine)).isEqualTo("the first");
        }
        assertThat(client.open("a", PATIENCE)).isNull();
    }

    @Test
    void anUnknownNameIsRefusedAndTheConnectionGoesOn() throws IOException {
        assertThat(client.open("c", PATIENCE)).isNull();
        assertThat(read("a")).isEqualTo("the first");
    }

    @Test
    void theFileItselfIsNeverHandedOut() throws IOException {
        files.put("c", OpenFile.beneath(folder, Path.of("a")));
        assertThat(client.open("c", PATIENCE)).isNull();
    }

    @Test
    void manyAskAtTheSameTimeAndEachGetsItsOwn() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var asked = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 400; i++) {
                var name = i % 2 == 0 ? "a" : "b";
                asked.add(() -> read(name).equals(name.equals("a") ? "the first" : "the second"));
            }
            for (var answer : threads.invokeAll(asked)) {
                assertThat(answer.get()).isTrue();
            }
        }
    }

    @Test
    void aServerThatCameBackIsFoundAgain() throws IOException {
        assertThat(read("a")).isEqualTo("the first");
        server.close();
        vertx.close().await();
        assertThatThrownBy(() -> client.open("a", PATIENCE)).isInstanceOf(IOException.class);

        var again = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try (var _ = DescriptorServer.start(again, socket, files::get)) {
            assertThat(read("a")).isEqualTo("the first");
        } finally {
            again.close().await();
        }
    }

    @Test
    void whoAsksOnWithoutTakingTheAnswersIsCutOff() throws IOException {
        try (var caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            caller.connect(UnixDomainSocketAddress.of(socket));
            var questions = ByteBuffer.wrap("a\n".repeat(10_000).getBytes(US_ASCII));
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    caller.write(questions.clear());
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
        assertThat(read("a")).isEqualTo("the first");
    }

    @Test
    void anEndlessNameIsCutOff() throws IOException {
        try (var caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            caller.connect(UnixDomainSocketAddress.of(socket));
            caller.write(ByteBuffer.wrap("a".repeat(1000).getBytes(US_ASCII)));
            assertThat(caller.read(ByteBuffer.allocate(1))).isNegative();
        }
        assertThat(read("a")).isEqualTo("the first");
    }

    private void offer(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        try (var file = OpenFile.beneath(folder, Path.of(name))) {
            files.put(name, file.sealed());
        }
    }

    private String read(String name) throws IOException {
        try (var file = requireNonNull(client.open(name, PATIENCE))) {
            return text(file);
        }
    }

    private static String text(OpenFile file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(file.size() + 1);
            file.read(memory, 0);
            return memory.getString(0);
        }
    }
}
