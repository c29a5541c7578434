package dev.lumiere.api.management;

import com.qiniu.http.Headers;
import com.qiniu.util.Auth;
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
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.notice.Notices;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import dev.lumiere.storage.source.FetchQueue;
import dev.lumiere.storage.source.FetchesWaiting;
import dev.lumiere.storage.source.OriginPulls;
import dev.lumiere.storage.source.SourceConfig;
import dev.lumiere.storage.source.SourceFetch;
import dev.lumiere.storage.source.Sources;
import dev.lumiere.storage.upload.MediaFacts;
import dev.lumiere.storage.upload.ObjectCallbacks;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.spec.SecretKeySpec;

/** Management alone, on a free port of its own, over a real log and real blobs. */
final class StorageServer implements AutoCloseable {
    static final Credential ADA = new Credential("ada-key", "ada-secret", "ada", true);
    static final Credential BOB = new Credential("bob-key", "bob-secret", "bob", true);
    static final Credential DISABLED = new Credential("old-key", "old-secret", "ada", false);

    /** Reads and writes below one prefix, and nothing else. */
    static final Credential NARROW =
            new Credential(
                    "narrow-key",
                    "narrow-secret",
                    "ada",
                    true,
                    KeyScope.parse(List.of("read", "write"), List.of("albums:2026/")));

    /** Manages buckets, and reads nothing that is in them. */
    static final Credential MANAGER =
            new Credential(
                    "manager-key",
                    "manager-secret",
                    "ada",
                    true,
                    KeyScope.parse(List.of("manage"), List.of()));

    /** Manages buckets, and reads what is in them. */
    static final Credential KEEPER =
            new Credential(
                    "keeper-key",
                    "keeper-secret",
                    "ada",
                    true,
                    KeyScope.parse(List.of("read", "manage"), List.of()));

    static final String FORM = "application/x-www-form-urlencoded";
    static final String JSON = "application/json";
    static final String MEDIA = "media.example:8080";

    private static final Map<String, Credential> KEYS =
            Map.of(
                    "ada-key", ADA,
                    "bob-key", BOB,
                    "old-key", DISABLED,
                    "narrow-key", NARROW,
                    "manager-key", MANAGER,
                    "keeper-key", KEEPER);

    private final InstantSource clock = InstantSource.system();
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final HttpClient client = HttpClient.newHttpClient();
    private final EventLog log;
    private final Catalog catalog;
    private final BlobStore blobs;
    private final OutgoingClient outgoing;
    private final OriginPulls pulls;
    private final FetchesWaiting waiting;
    private final FetchQueue fetches;
    private final Notices notices;
    private final ServiceServer server;

    /** Fetches only from 127.0.0.1. */
    StorageServer(Path folder) throws IOException, InterruptedException {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        catalog = Catalog.open(folder.resolve("views"), log, _ -> false, clock, UUID::randomUUID);
        catalog.buckets().urlKeys().sealedBy(SecretSeal.in(folder, new SecureRandom()));
        blobs = new DirectoryBlobStore(folder.resolve("blobs"), clock);
        outgoing =
                new OutgoingClient(
                        vertx,
                        new FetchConfig(
                                false,
                                Set.of("127.0.0.1"),
                                Set.of(),
                                1 << 20,
                                Duration.ofSeconds(10)),
                        clock);
        var sources = new Sources(outgoing, blobs, SourceConfig.defaults(), clock);
        var key = new SecretKeySpec(new byte[32], "HmacSHA256");
        pulls = new OriginPulls(sources, catalog, key, clock);
        waiting = FetchesWaiting.open(folder.resolve("fetches"), log);
        var source = new SourceFetch(sources, catalog, clock);
        var callbacks =
                new ObjectCallbacks(
                        outgoing::post, KEYS::get, MediaFacts.NONE, clock, UUID::randomUUID);
        fetches = new FetchQueue(source, callbacks, waiting, log, clock, UUID::randomUUID);
        notices =
                new Notices(
                        catalog,
                        log,
                        KEYS::get,
                        outgoing::post,
                        metrics.registry(),
                        clock,
                        UUID::randomUUID);
        var management =
                new StorageManagement(
                        new StorageManagement.Parts(
                                catalog, KEYS::get, source, fetches, pulls, clock),
                        () -> ServiceHosts.of(host(), MEDIA));
        server =
                new ServiceServer(
                        vertx,
                        ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.RFC_9457)
                                .withDrain(Duration.ofSeconds(5)),
                        new ServiceServer.Parts(
                                new Health(),
                                metrics,
                                new JsonObject(),
                                InstantSource.system(),
                                new Random(1)));
        management.addTo(server);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + ((Address.Tcp) server.address()).port();
    }

    Catalog catalog() {
        return catalog;
    }

    BlobStore blobs() {
        return blobs;
    }

    static Auth auth(Credential key) {
        return Auth.create(key.accessKey(), key.secretKey());
    }

    /** What the catalog has, which must be there. */
    CatalogObject found(String bucket, String key) {
        return Objects.requireNonNull(catalog.find(bucket, key), key);
    }

    /** Puts an object whose content is {@code content}. */
    CatalogObject put(String bucket, String key, String content) {
        try (var writer = blobs.begin()) {
            writer.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            return put(bucket, key, writer.finish());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CatalogObject put(String bucket, String key, Blob blob) {
        return catalog.put(
                CatalogObject.of(bucket, key, blob, "text/plain", clock.instant()),
                IfExists.REPLACE);
    }

    /** Puts so many objects of the same content, many at once. */
    void putMany(String bucket, List<String> keys) throws Exception {
        try (var writer = blobs.begin();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var blob = writer.finish();
            var puts =
                    keys.stream()
                            .<Callable<CatalogObject>>map(key -> () -> put(bucket, key, blob))
                            .toList();
            for (var put : threads.invokeAll(puts)) {
                put.get();
            }
        }
    }

    /** Calls with a body of a form, signed by the SDK. */
    HttpResponse<String> post(Credential key, String target, String form)
            throws IOException, InterruptedException {
        return call(key, "POST", target, FORM, form);
    }

    HttpResponse<String> call(
            Credential key, String method, String target, String contentType, String body)
            throws IOException, InterruptedException {
        var url = "http://" + host() + target;
        var signed =
                auth(key)
                        .qiniuAuthorization(
                                url,
                                method,
                                body.getBytes(StandardCharsets.UTF_8),
                                new Headers.Builder().set("Content-Type", contentType).build());
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (var name : signed.names()) {
            request.header(name, signed.get(name));
        }
        return send(request);
    }

    /** Calls without a signature. */
    HttpResponse<String> get(String target) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://" + host() + target)));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(
                request.timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        server.close();
        notices.close();
        fetches.close();
        waiting.close();
        pulls.close();
        client.close();
        outgoing.close();
        vertx.close().await();
        blobs.close();
        catalog.close();
        log.close();
        metrics.close();
    }
}
