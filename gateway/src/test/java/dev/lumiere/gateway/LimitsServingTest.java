package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.storage.rule.BucketRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one caller may take of the media port. */
@Timeout(60)
class LimitsServingTest {
    private static final String THUMBNAIL = "/demo/a.jpg?imageView2/1/w/20";
    private static final String CALLER = "X-Forwarded-For: 192.0.2.1";
    private static final String OTHER = "X-Forwarded-For: 192.0.2.2";

    @TempDir Path folder;
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway =
                new TestGateway(
                                folder,
                                BucketRules.NONE,
                                Map.of(
                                        "gateway.requestsPerAddress", "1",
                                        "gateway.trustedProxies", "127.0.0.0/8",
                                        "gateway.connectionsPerAddress", "2",
                                        "gateway.requestTime", "300ms"))
                        .put("a.jpg");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void whoAsksTooOftenIsToldWhateverIsAskedFor() throws IOException {
        var targets = new String[] {"/demo/a.jpg", "/demo/none", "/", "/demo/a.jpg?imageView2/x"};
        try (var caller = gateway.caller()) {
            for (var i = 0; i < 10; i++) {
                assertThat(caller.ask("GET", targets[i % 4], CALLER).status()).isNotEqualTo(429);
            }

            for (var target : targets) {
                var refused = refused(caller, target);
                assertThat(refused.header("retry-after")).isEqualTo("1");
                assertThat(refused.header("x-reqid")).isNotEmpty();
                assertThat(refused.body()).contains("too many requests from this address");
            }
            assertThat(caller.ask("GET", "/demo/a.jpg", OTHER).status()).isEqualTo(200);
        }
    }

    /** Asks until that is too often, soon after the first ten. */
    private static Caller.Answer refused(Caller caller, String target) throws IOException {
        return refused(caller, "GET", target);
    }

    private static Caller.Answer refused(Caller caller, String method, String target)
            throws IOException {
        for (var i = 0; i < 100; i++) {
            var answer = caller.ask(method, target, CALLER);
            if (answer.status() == 429) {
                return answer;
            }
        }
        throw new AssertionError("asked a hundred times");
    }

    @Test
    void preflightsCountToo() throws IOException {
        try (var caller = gateway.caller()) {
            for (var i = 0; i < 10; i++) {
                assertThat(caller.ask("OPTIONS", "/demo/a.jpg", CALLER).status()).isLessThan(300);
            }

            var refused = refused(caller, "OPTIONS", "/demo/a.jpg");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.body()).contains("too many requests from this address");
            assertThat(caller.ask("OPTIONS", "/demo/a.jpg", OTHER).status()).isLessThan(300);
        }
    }

    @Test
    void aRequestCountsOnceAlsoWhereItIsAnsweredFromMemory() throws IOException {
        gateway.get(THUMBNAIL, OTHER);
        try (var caller = gateway.caller()) {
            for (var i = 0; i < 10; i++) {
                assertThat(caller.ask("GET", THUMBNAIL, CALLER).status()).isEqualTo(200);
            }
            assertThat(gateway.isAtHand(THUMBNAIL, "Accept", "*/*")).isTrue();
            assertThat(refused(caller, THUMBNAIL).status()).isEqualTo(429);
        }
    }

    @Test
    void headersAreCounted() throws IOException {
        var headers = Collections.nCopies(99, "A: a").toArray(String[]::new); // and Host
        assertThat(gateway.get(THUMBNAIL, headers).status()).isEqualTo(200);

        var more = Collections.nCopies(100, "A: a").toArray(String[]::new);
        var refused = gateway.get(THUMBNAIL, more);
        assertThat(refused.status()).isEqualTo(431);
        assertThat(refused.body()).contains("over 100 headers");
    }

    @Test
    void aRequestThatTricklesIsCutOffWithItsBody() throws IOException {
        for (var begin : new String[] {"", "Content-Length: 100000\r\n\r\n"}) {
            try (var socket = connected()) {
                send(socket, "GET /demo/a.jpg HTTP/1.1\r\nHost: h\r\nA: b\r\n" + begin);
                socket.setSoTimeout(20);
                while (mayStillSend(socket)) {
                    send(socket, "a");
                }
            }
        }
    }

    private Socket connected() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    }

    private static void send(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException _) {
            // cut off just now
        }
    }

    private static boolean mayStillSend(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException _) {
            return true;
        } catch (SocketException _) {
            return false;
        }
    }

    @Test
    void connectionsBeyondTheBoundAreClosedUntilOthersEnd() throws IOException {
        try (var one = gateway.caller()) {
            assertThat(one.ask("GET", "/demo/a.jpg", OTHER).status()).isEqualTo(200);
            try (var two = gateway.caller();
                    var third = gateway.caller()) {
                assertThat(two.ask("GET", "/demo/a.jpg", OTHER).status()).isEqualTo(200);
                assertThat(third.isAtEnd()).isTrue();
            }

            await().until(() -> {
                try (var again = gateway.caller()) {
                    return again.ask("GET", "/demo/a.jpg", OTHER).status() == 200;
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }
}
