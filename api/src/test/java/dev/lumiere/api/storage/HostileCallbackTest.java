package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.field;
import static dev.lumiere.api.storage.UploadServer.file;
import static dev.lumiere.api.storage.UploadServer.form;
import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.QETag;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are called back and do not behave: the client is told 579, and the object is kept. */
@Timeout(60)
class HostileCallbackTest {
    private static final String JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final Duration CALLED_BACK_WITHIN = Duration.ofSeconds(3);

    @TempDir static Path folder;
    private static UploadServer server;

    private final CountDownLatch ending = new CountDownLatch(1);

    @BeforeAll
    static void start() throws Exception {
        server = new UploadServer(folder, UploadServer.PATIENCE, CALLED_BACK_WITHIN);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    /** What a host does once it has read the head of a request. */
    private interface Behaviour {
        void on(OutputStream out) throws IOException, InterruptedException;
    }

    /** One of them, and what the client is told. */
    private record Host(Behaviour behaviour, String why) {}

    private static Behaviour says(String answer) {
        return out -> out.write(answer.getBytes(ISO_8859_1));
    }

    /** Says this, then that for ever, fast or slowly. */
    private Behaviour saysWithoutEnd(String first, String then, long pauseMillis) {
        return out -> {
            out.write(first.getBytes(ISO_8859_1));
            while (!ending.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                out.write(then.getBytes(ISO_8859_1));
                out.flush();
            }
        };
    }

    private List<Host> hosts() {
        var chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        var chunked = JSON + "Transfer-Encoding: chunked\r\n\r\n";
        return List.of(
                new Host(_ -> ending.await(), "cannot be read in time"),
                new Host(_ -> {}, "cannot be read"),
                new Host(saysWithoutEnd(JSON, "A: b\r\n", 50), "cannot be read in time"),
                new Host(saysWithoutEnd(JSON, "A: b\r\n", 0), "cannot be read"),
                new Host(saysWithoutEnd(chunked, chunk, 0), "over 1048576 bytes"),
                new Host(saysWithoutEnd(chunked, "1\r\n \r\n", 50), "cannot be read in time"),
                new Host(
                        saysWithoutEnd("", "HTTP/1.1 100 Continue\r\n\r\n", 50),
                        "cannot be read in time"),
                new Host(says(JSON + "Content-Length: 100\r\n\r\n{\"a\":1}"), "cannot be read"),
                new Host(says(JSON + "Content-Length: 2\r\n\r\n{\"a\":1}"), "no JSON"),
                new Host(says(JSON + "Content-Length: 9999999\r\n\r\n"), "over 1048576 bytes"),
                new Host(says(JSON + "Content-Length: 99999999999999999999\r\n\r\n"), ""),
                new Host(says(JSON + "Content-Length: -1\r\n\r\n{}"), ""),
                new Host(says(JSON + "Content-Length: many\r\n\r\n{}"), ""),
                new Host(says(JSON + "Content-Encoding: gzip\r\n\r\n{}"), "encoded"),
                new Host(says(JSON + "\r\n<html>"), "no JSON"),
                new Host(says(JSON + "\r\n"), "no JSON"),
                new Host(says(JSON + "\r\n{\"a\":1} {\"b\":2}"), "no JSON"),
                new Host(says(JSON + "\r\n" + "[".repeat(100_000)), "no JSON"),
                new Host(says("HTTP/1.1 204 No Content\r\n\r\n"), "status 204"),
                new Host(says("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), "status 500"),
                new Host(
                        says("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"),
                        "a redirect"),
                new Host(says("hello, who are you?\r\n"), "cannot be read"));
    }

    @Test
    void whateverAHostDoesTheClientIsToldInTimeAndNothingIsLost() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Void>>();
            for (var host : hosts()) {
                var key = "of " + calls.size();
                calls.add(() -> {
                    try (var listening = listening(host.behaviour, threads)) {
                        assertToldInVain(key, url(listening), host.why);
                    }
                    return null;
                });
            }
            try {
                for (var call : threads.invokeAll(calls)) {
                    call.get();
                }
            } finally {
                ending.countDown();
            }
        }
    }

    @Test
    void nobodyIsCalledBackOnAnAddressOfOurOwnNetwork() throws Exception {
        for (var place :
                List.of("127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:7f00:1]")) {
            assertToldInVain("private", "http://" + place + ":1/", "nothing is sent to");
        }
    }

    @Test
    void anAnswerThatIsJsonCountsWhateverItIsCalled() throws Exception {
        var html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{\"fine\":\"é\"}";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var listening =
                        listening(
                                out -> out.write(html.getBytes(StandardCharsets.UTF_8)), threads)) {
            var answer = calledBack("html", url(listening));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(answer.body()).isEqualTo("{\"fine\":\"é\"}");
        }
    }

    private static String url(ServerSocket listening) {
        return "http://localhost:" + listening.getLocalPort() + "/cb";
    }

    private static ServerSocket listening(Behaviour behaviour, ExecutorService threads)
            throws IOException {
        var listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var _ =
                threads.submit(() -> {
                    try (var socket = listening.accept()) {
                        readHead(socket);
                        behaviour.on(socket.getOutputStream());
                    }
                    return null;
                });
        return listening;
    }

    private static void readHead(Socket socket) throws IOException {
        var in = socket.getInputStream();
        for (var end = 0; end < 4; ) {
            var b = in.read();
            if (b < 0) {
                return;
            }
            end = b == "\r\n\r\n".charAt(end) ? end + 1 : b == '\r' ? 1 : 0;
        }
        var body = in.read(new byte[1024]); // so that closing does not reset the connection
        assertThat(body).isPositive();
    }

    private static HttpResponse<String> calledBack(String key, String url) throws Exception {
        var token =
                token("bucket:" + key, "callbackUrl", url, "callbackBody", "key=$(key)&e=$(etag)");
        return server.post(
                form(field("token", token), field("key", key), file("a", "content of " + key)));
    }

    private static void assertToldInVain(String key, String url, String why) throws Exception {
        var answer = calledBack(key, url);
        var json = new JsonObject(answer.body());
        var hash = QETag.of(("content of " + key).getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(579);
        assertThat(json.getString("error")).as(key).contains("callback failed: ", why);
        assertThat(json.getString("key")).isEqualTo(key);
        assertThat(json.getString("hash")).isEqualTo(hash);
        assertThat(Objects.requireNonNull(server.find(key)).hash()).isEqualTo(hash);
    }
}
