package dev.lumiere.fop.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only shows where the process really ends. */
@Timeout(60)
class WorkerProcessTest {
    @TempDir Path folder;
    private Process process;

    @BeforeEach
    void startAProcess() throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName());
        builder.environment().put("LUMIERE_WORKER_LISTEN", "unix:" + folder.resolve("w.sock"));
        builder.environment().put("LUMIERE_WORKER_GRACE_MS", "50");
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        process = builder.start();
        await().atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .until(() -> ask("GET /ready HTTP/1.1\r\n").startsWith("HTTP/1.1 200"));
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void aHandlerThatNeverEndsEndsTheProcess() throws Exception {
        // Again and again, as the deadline of the first may pass before its handler is called.
        await().atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .until(() -> {
                    var answer =
                            ask(
                                    """
                                    POST /handler?cmd=hang HTTP/1.1\r
                                    Lumiere-Deadline: 500\r
                                    Content-Length: 0\r
                                    """);
                    return answer.startsWith("HTTP/1.1 504") && ended();
                });

        assertThat(process.waitFor()).isEqualTo(WorkDesk.HALTED);
        assertThat(Files.readString(folder.resolve("log"))).contains("the process halts");
    }

    private boolean ended() throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS);
    }

    @Test
    void aSignalDrainsAndEndsTheProcessWell() throws Exception {
        assertThat(ask("POST /handler?cmd=x HTTP/1.1\r\nContent-Length: 0\r\n")).contains("done");

        process.destroy();

        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("log")).getLast()).contains("drained");
    }

    private String ask(String head) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("w.sock")));
            var request = head + "Host: w\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            var answer = ByteBuffer.allocate(100_000);
            while (channel.read(answer) >= 0) {}
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }
}
