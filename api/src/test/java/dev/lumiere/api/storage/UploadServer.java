package dev.lumiere.api.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Health;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.service.registry.Address;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.BlockUploads;
import dev.lumiere.storage.upload.Completion;
import dev.lumiere.storage.upload.MediaFacts;
import dev.lumiere.storage.upload.PartUploads;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes uploads on a free port, into a log and blobs in a folder. */
final class UploadServer implements AutoCloseable {
    static final Credential OWNER = new Credential("ak", "sk", "a1", true);
    static final Credential OTHER = new Credential("other", "sk2", "a2", true);
    static final Credential DISABLED = new Credential("off", "sk3", "a1", false);

    /** Writes below one prefix, and nothing else. */
    static final Credential NARROW =
            new Credential(
                    "narrow",
                    "sk4",
                    "a1",
                    true,
                    KeyScope.parse(List.of("write"), List.of("bucket:2026/")));

    /** Writes nothing. */
    static final Credential READER =
            new Credential("reader", "sk5", "a1", true, KeyScope.parse(List.of("read"), List.of()));

    static final String BOUNDARY = "----frontier";
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final InstantSource clock = InstantSource.system();
    private final HttpClient client = HttpClient.newHttpClient();
    private final EventLog log;
    private final DirectoryBlobStore blobs;
    private final OutgoingClient outgoing;
    private final ServiceServer server;
    final Catalog catalog;

    UploadServer(Path folder) throws IOException, InterruptedException {
        this(folder, PATIENCE);
    }

    UploadServer(Path folder, Duration patience) throws IOException, InterruptedException {
        this(folder, patience, Duration.ofSeconds(10));
    }

    UploadServer(Path folder, Duration patience, Duration callbacksWithin)
            throws IOException, InterruptedException {
        var random = new SecureRandom();
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        blobs = new DirectoryBlobStore(folder.resolve("blobs"), clock);
        catalog = Catalog.open(folder.resolve("views"), log, _ -> false, clock, UUID::randomUUID);
        if (catalog.buckets().find("bucket") == null) {
            catalog.buckets().create("bucket", "a1", "z0");
        }
        // so that callbacks reach this machine by this name, and by no other
        var fetch = new FetchConfig(false, Set.of("localhost"), Set.of(), 1 << 20, callbacksWithin);
        outgoing = new OutgoingClient(vertx, fetch, clock);
        var completion =
                new Completion(catalog, outgoing::post, MediaFacts.NONE, clock, UUID::randomUUID);
        var config =
                ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.COMPATIBLE)
                        .withDrain(Duration.ofSeconds(5));
        var parts = new ServiceServer.Parts(new Health(), metrics, new JsonObject(), clock, random);
        server = new ServiceServer(vertx, config, parts);
        new UploadHandler(
                        Stream.of(OWNER, OTHER, DISABLED, NARROW, READER)
                                        .collect(toMap(Credential::accessKey, identity()))
                                ::get,
                        blobs,
                        completion,
                        new BlockUploads(log, blobs, completion, clock, UUID::randomUUID, random),
                        new PartUploads(log, blobs, completion, clock, UUID::randomUUID, random),
                        patience)
                .addTo(server);
        server.start();
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return ((Address.Tcp) server.address()).port();
    }

    @Nullable CatalogObject find(String key) {
        return catalog.find("bucket", key);
    }

    /** Of a policy that is good for an hour, with whatever else. */
    static String token(String scope, Object... more) {
        return token(OWNER, scope, more);
    }

    /** The same, signed by one of the keys. */
    static String token(Credential by, String scope, Object... more) {
        var policy =
                JsonObject.of("scope", scope, "deadline", System.currentTimeMillis() / 1000 + 3600);
        for (var i = 0; i < more.length; i += 2) {
            policy.put((String) more[i], more[i + 1]);
        }
        return UploadToken.sign(by, policy.encode());
    }

    /** A part of a form; its headers end with an empty line. */
    static String part(String disposition, String content) {
        return "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
                .formatted(BOUNDARY, disposition, content);
    }

    static String field(String name, String value) {
        return part("name=\"%s\"".formatted(name), value);
    }

    static String file(String name, String content) {
        return part("name=\"file\"; filename=\"%s\"".formatted(name), content);
    }

    static byte[] form(String... parts) {
        return (String.join("", parts) + "--" + BOUNDARY + "--\r\n").getBytes(UTF_8);
    }

    HttpResponse<String> post(byte[] form, String... headers)
            throws IOException, InterruptedException {
        return send(
                "POST",
                "/",
                form,
                concat(headers, "Content-Type", "multipart/form-data; boundary=" + BOUNDARY));
    }

    private static String[] concat(String[] some, String... more) {
        var all = new String[some.length + more.length];
        System.arraycopy(some, 0, all, 0, some.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    HttpResponse<String> send(String method, String target, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + target))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /**
     * Says that {@code length} bytes come, sends those, and then no more; gives what comes back.
     */
    String raw(byte[] form, int length, boolean goesAway) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(30_000);
            var head =
                    """
                    POST / HTTP/1.1\r
                    Host: localhost\r
                    Connection: close\r
                    Content-Type: multipart/form-data; boundary=%s\r
                    Content-Length: %d\r
                    \r
                    """
                            .formatted(BOUNDARY, length);
            var sent = new ByteArrayOutputStream();
            sent.writeBytes(head.getBytes(ISO_8859_1));
            sent.writeBytes(form);
            socket.getOutputStream().write(sent.toByteArray());
            if (goesAway) {
                return "";
            }
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        client.close(); // or the server would wait for its connections
        server.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
        vertx.close().await();
        metrics.close();
    }
}
