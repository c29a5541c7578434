package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.rendition.metering.MeteredRun;
import dev.lumiere.rendition.metering.MeteringConfig;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.account.Accounts;
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.account.Slices;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that are charged for, over real sockets and a real log. */
class MeteredServingTest {
    private static final int SLICE = 7;

    @TempDir private Path home;
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private Accounts accounts;
    private Slices meter;
    private TestGateway gateway;

    @BeforeEach
    void anAccountWithABucket() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> Instant.EPOCH);
        catalog =
                Catalog.open(
                        home.resolve("catalog"),
                        log,
                        _ -> false,
                        () -> Instant.EPOCH,
                        UUID::randomUUID);
        var random = new SecureRandom();
        var seal = SecretSeal.in(home, random);
        accounts = Accounts.open(home.resolve("accounts"), log, seal, random, () -> Instant.EPOCH);
        accounts.create("ada", "Ada");
        catalog.buckets().create("photos", "ada", "z0");
        put("a.jpg");
        put("broken.jpg");
        put("fallback.jpg");
        var folder = Files.createDirectory(home.resolve("demo"));
        Files.writeString(folder.resolve("a.jpg"), "a.jpg");
        var config = StorageConfig.of(Map.of("demo", folder));
        var buckets = new Buckets(config, catalog, blobs, () -> Instant.EPOCH);
        meter = new Slices(accounts, SLICE, "node-1", home.resolve("slices"));
        var prices = new MeteringConfig(true, 1, Map.of("watermark", 3L, "imageInfo", 0L), SLICE);
        gateway =
                new TestGateway(
                        home,
                        buckets,
                        _ -> null,
                        null,
                        Map.of(),
                        run -> new MeteredRun(run, meter, buckets::owner, prices));
    }

    private void put(String key) throws IOException {
        try (var writer = blobs.begin()) {
            writer.write(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
            var blob = writer.finish();
            catalog.put(
                    CatalogObject.of("photos", key, blob, "image/jpeg", Instant.EPOCH),
                    IfExists.REFUSE);
        }
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        meter.close();
        accounts.close();
        catalog.close();
        blobs.close();
        log.close();
    }

    private void pay(long credits) {
        accounts.deposit("ada", UUID.randomUUID(), credits, "paid");
    }

    /** What there is once all is given back. */
    private long left() {
        meter.close();
        return accounts.state("ada").credits();
    }

    private int status(String target) throws IOException {
        return gateway.get(target).status();
    }

    @Test
    void whatIsMadeIsChargedForAndWhatIsKeptIsNot() throws Exception {
        pay(2);
        for (var i = 0; i < 3; i++) {
            assertThat(status("/photos/a.jpg?imageView2/1/w/1")).isEqualTo(200);
            assertThat(status("/photos/a.jpg?imageView2/1/w/2")).isEqualTo(200);
        }

        var refused = gateway.get("/photos/a.jpg?imageView2/1/w/3&fallback=fallback.jpg");

        assertThat(refused.status()).isEqualTo(402);
        assertThat(refused.body())
                .isEqualTo(
                        "{\"error\":\"account ada has no credits left: this takes"
                                + " 1\",\"code\":402}");
        assertThat(status("/photos/a.jpg?imageView2/1/w/1")).as("is kept").isEqualTo(200);
        assertThat(status("/photos/a.jpg")).as("is no result").isEqualTo(200);
        assertThat(status("/demo/a.jpg?imageView2/1/w/4")).as("is in a folder").isEqualTo(200);
        assertThat(status("/photos/a.jpg?imageInfo")).as("costs nothing").isEqualTo(200);
        pay(1);
        assertThat(status("/photos/a.jpg?imageView2/1/w/3")).isEqualTo(200);
        assertThat(left()).isZero();
    }

    @Test
    void aPipelineCostsWhatItsOperationsDo() throws Exception {
        pay(10);
        assertThat(status("/photos/a.jpg?imageView2/1/w/1|watermark/2/text/YQ==|imageInfo"))
                .isEqualTo(200);
        assertThat(left()).isEqualTo(6);
    }

    @Test
    void whatCannotBeMadeCostsNothing() throws Exception {
        pay(10);
        assertThat(status("/photos/broken.jpg?imageView2/1/w/1")).isEqualTo(400);
        assertThat(left()).isEqualTo(10);
    }

    @Test
    void howeverManyAskAtOnceNoMoreIsMadeThanIsPaidFor() throws Exception {
        pay(50);
        var requests = new ArrayList<Callable<Integer>>();
        for (var i = 1; i <= 120; i++) {
            var width = i;
            requests.add(() -> status("/photos/a.jpg?imageView2/1/w/" + width));
        }
        var counts = new TreeMap<Integer, Integer>();
        try (var threads = Executors.newFixedThreadPool(24)) {
            for (var answer : threads.invokeAll(requests)) {
                counts.merge(answer.get(), 1, Integer::sum);
            }
        }

        assertThat(counts).isEqualTo(Map.of(200, 50, 402, 70));
        assertThat(gateway.runs()).isEqualTo(50);
        assertThat(accounts.state("ada").credits()).isZero();
        var withdrawals =
                accounts.history("ada", 1, 1000).stream()
                        .filter(event -> event.data().type().equals("WithdrawalPerformed"))
                        .count();
        assertThat(withdrawals).as("an event stands for many uses").isEqualTo(50 / SLICE + 1);
        assertThat(left()).isZero();
    }
}
