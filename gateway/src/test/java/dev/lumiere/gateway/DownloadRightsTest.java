package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.KeyScope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadRightsTest {
    private static final String HOST = "media.example.com:8080";
    private static final Credential OWNER = new Credential("own", "secret1", "a1", true);
    private static final Credential OTHER = new Credential("other", "secret2", "a2", true);
    private static final Credential NARROW =
            new Credential(
                    "narrow",
                    "secret3",
                    "a1",
                    true,
                    KeyScope.parse(List.of("read"), List.of("private:2026/")));
    private static final Credential UPLOADS =
            new Credential(
                    "uploads", "secret4", "a1", true, KeyScope.parse(List.of("write"), List.of()));
    private static final Map<String, Credential> KEYS =
            Map.of("own", OWNER, "other", OTHER, "narrow", NARROW, "uploads", UPLOADS);

    @TempDir private Path home;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private DownloadRights rights;

    @BeforeEach
    void aPrivateBucketAndAPublicOne() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        catalog.buckets().create("private", "a1", "z0");
        catalog.buckets().change("private", b -> b.withPrivacy(true));
        catalog.buckets().create("public", "a1", "z0");
        var buckets = new Buckets(StorageConfig.of(Map.of()), catalog, blobs, () -> now);
        rights = new DownloadRights(buckets, KEYS::get, () -> now);
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        blobs.close();
        log.close();
    }

    private static String signed(Credential by, String path, Instant until) {
        return DownloadToken.sign(by, "http://" + HOST + path, until)
                .substring(("http://" + HOST).length());
    }

    private static Wanted wanted(String bucket, String... keys) {
        return new Wanted(
                Arrays.stream(keys)
                        .map(key ->
                                Reading.of(
                                        new ObjectAddress(bucket, key), null, false, null, false))
                        .toList(),
                false,
                null,
                null,
                false);
    }

    private void check(String target, String bucket, String... headers) {
        check(target, wanted(bucket, "a.jpg"), headers);
    }

    private void check(String target, Wanted wanted, String... headers) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().add("Host", HOST);
        for (var i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], headers[i + 1]);
        }
        var trace = TraceContext.continued(null, new Random(1));
        var meter = new RequestMeter(new SimpleMeterRegistry());
        rights.check(
                new QuickExchange(request, null, trace, meter),
                target,
                wanted,
                RequestPath.Reach.MEMORY);
    }

    private void assertRefused(String target, String why) {
        assertThatThrownBy(() -> check(target, "private"))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.of(401, why)));
    }

    @Test
    void aPrivateBucketIsForThoseWithASignedUrl() {
        var until = now.plusSeconds(60);
        check(signed(OWNER, "/private/a.jpg", until), "private");
        check(signed(OWNER, "/private/a.jpg?imageInfo", until), "private");

        assertRefused("/private/a.jpg", "download token not specified");
        assertRefused(signed(OTHER, "/private/a.jpg", until), "bad token");
        assertRefused(
                signed(OWNER, "/private/a.jpg", until).replace("a.jpg", "b.jpg"), "bad token");

        now = now.plusSeconds(61);
        assertRefused(signed(OWNER, "/private/a.jpg", until), "token expired");
    }

    @Test
    void aKeySignsNoMoreThanItMayRead() {
        var target = signed(NARROW, "/private/2026/a.jpg-thumb", now.plusSeconds(60));
        check(target, wanted("private", "2026/a.jpg-thumb", "2026/a.jpg"));

        var elsewhere = signed(NARROW, "/private/2025/a.jpg", now.plusSeconds(60));
        assertThatThrownBy(() -> check(elsewhere, wanted("private", "2025/a.jpg")))
                .hasMessage("403 key narrow may not read private/2025/a.jpg");
        var beside = wanted("private", "2026/a.jpg").readings();
        assertThatThrownBy(
                        () -> check(target, new Wanted(beside, false, "2025/a.jpg", null, false)))
                .hasMessage("403 key narrow may not read private/2025/a.jpg");
        var uploads = signed(UPLOADS, "/private/a.jpg", now.plusSeconds(60));
        assertThatThrownBy(() -> check(uploads, "private"))
                .hasMessage("403 key uploads may not read private/a.jpg");
    }

    @Test
    void aPublicBucketIsForAll() {
        check("/public/a.jpg", "public");
        check("/public/a.jpg?e=1&token=nonsense", "public");
    }
}
