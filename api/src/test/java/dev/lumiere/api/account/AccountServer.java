package dev.lumiere.api.account;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Health;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.registry.Address;
import dev.lumiere.storage.account.Accounts;
import dev.lumiere.storage.account.FirstAccount;
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.OutgoingSignature;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Accounts alone, on a free port of its own, over a real log. */
final class AccountServer implements AutoCloseable {
    static final String TYPE = "application/json";
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final HttpClient client = HttpClient.newHttpClient();
    final EventLog log;
    private final ServiceServer server;
    final Accounts accounts;
    final Credential operator;

    /** What the clock says. */
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    AccountServer(Path folder) throws IOException, InterruptedException {
        this(folder, EventLog.open(new RocksLogDevice(folder.resolve("log"), 4)), folder);
    }

    /**
     * On a log that is closed with it.
     *
     * @param home its own
     * @param secrets where the key is that all nodes of the log have
     */
    AccountServer(Path home, EventLog log, Path secrets) throws IOException, InterruptedException {
        var random = new SecureRandom();
        this.log = log;
        var seal = SecretSeal.in(secrets, random);
        accounts = Accounts.open(home.resolve("views"), log, seal, random, () -> now);
        operator = FirstAccount.in(home, accounts).credential();
        server =
                new ServiceServer(
                        vertx,
                        ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.COMPATIBLE)
                                .withDrain(Duration.ofSeconds(5)),
                        new ServiceServer.Parts(
                                new Health(), metrics, new JsonObject(), () -> now, new Random(1)));
        new AccountHandler(accounts, () -> now).addTo(server);
        server.start();
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + ((Address.Tcp) server.address()).port() + target);
    }

    /** An answer, its body read as JSON. */
    record Answer(int status, JsonObject json) {}

    Answer get(Credential by, String target) throws Exception {
        return call(by, "GET", target, "", now);
    }

    Answer post(Credential by, String target, JsonObject body) throws Exception {
        return call(by, "POST", target, body.encode(), now);
    }

    Answer call(Credential by, String method, String target, String body, Instant signedAt)
            throws Exception {
        var own = Map.of("X-Qiniu-Date", DATE.format(signedAt));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return send(
                HttpRequest.newBuilder(uri(target))
                        .header("Content-Type", TYPE)
                        .header("X-Qiniu-Date", own.get("X-Qiniu-Date"))
                        .header(
                                "Authorization",
                                OutgoingSignature.qiniu(by, method, uri(target), TYPE, own, bytes))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    Answer send(HttpRequest.Builder request) throws Exception {
        var answer =
                client.send(
                        request.timeout(Duration.ofSeconds(30)).build(),
                        HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), new JsonObject(answer.body()));
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        accounts.close();
        log.close();
        vertx.close().await();
        metrics.close();
    }
}
