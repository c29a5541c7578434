package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that hold a connection and do nothing with it. */
class IdleConnectionTest {
    /** More than the kernel takes for a client that does not read. */
    private static final int LARGE_BYTES = 64 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final CountDownLatch cutOff = new CountDownLatch(1);
    private final ServiceServer server =
            new ServiceServer(
                            vertx,
                            ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.RFC_9457)
                                    .withIdle(Duration.ofMillis(300)),
                            new ServiceServer.Parts(
                                    new Health(),
                                    metrics,
                                    new JsonObject(),
                                    new MonotonicInstants(),
                                    new SecureRandom()))
                    .onEventLoop("/large", this::large)
                    .start();

    @AfterEach
    void stop() {
        server.close();
        vertx.close().await();
        metrics.close();
    }

    @Test
    void oneThatNeverSendsIsCutOff() throws IOException {
        try (var socket = connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void oneThatSendsHalfARequestIsCutOff() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write("GET /health HT".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void oneThatStopsReadingIsCutOff() throws Exception {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(cutOff.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void large(Exchange exchange) {
        exchange.answer(200, "text/plain", Buffer.buffer(new byte[LARGE_BYTES]))
                .onFailure(_ -> cutOff.countDown());
    }

    private Socket connect() throws IOException {
        var port = ((Address.Tcp) server.address()).port();
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }
}
