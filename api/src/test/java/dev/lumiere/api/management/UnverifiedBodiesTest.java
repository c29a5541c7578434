package dev.lumiere.api.management;

import static dev.lumiere.api.management.StorageServer.ADA;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of whoever may have no key at all. */
@Timeout(60)
class UnverifiedBodiesTest {
    private static final int BATCH_BYTES = 4 << 20;

    /** Almost all of the largest body there is. */
    private static Socket begun(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var head =
                "POST /batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                        .formatted(BATCH_BYTES);
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        socket.getOutputStream().write(new byte[BATCH_BYTES - 1]);
        return socket;
    }

    @Test
    void allTogetherTakeSoMuchAndNoMore(@TempDir Path folder) throws Exception {
        var strangers = new ArrayList<Socket>();
        try (var server = new StorageServer(folder)) {
            var port = URI.create("http://" + server.host()).getPort();
            var call = "form=" + "a".repeat(100_000);
            try {
                var refused =
                        await().until(
                                        () -> {
                                            strangers.add(begun(port));
                                            return server.post(ADA, "/buckets", call);
                                        },
                                        answer -> answer.statusCode() == 503);
                assertThat(strangers).hasSizeBetween(8, 20);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
                assertThat(refused.body()).contains("\"code\":503", "too much arrives at once");
                assertThat(server.post(ADA, "/buckets", "").statusCode())
                        .as("without a body")
                        .isEqualTo(200);
            } finally {
                for (var socket : strangers) {
                    socket.close();
                }
            }
            await().until(() -> server.post(ADA, "/buckets", call).statusCode() == 200);
        }
    }
}
