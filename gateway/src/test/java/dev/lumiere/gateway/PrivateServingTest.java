package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.KeyScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a private bucket, on the wire, with and without a signed URL. */
class PrivateServingTest {
    private static final Credential OWNER = new Credential("own", "secret", "a1", true);

    private static final Credential NARROW =
            new Credential(
                    "narrow",
                    "secret2",
                    "a1",
                    true,
                    KeyScope.parse(List.of("read"), List.of("hidden:a")));

    @TempDir private Path home;
    private StoringGateway gateway;

    private static final Credential ELSEWHERE = new Credential("new", "secret3", "a1", true);
    private static final Map<String, Credential> KEYS = Map.of("own", OWNER, "narrow", NARROW);

    /** Of a node that has not heard of one that another has just made. */
    private static final class Ring implements KeyRing {
        @Override
        public @Nullable Credential find(String accessKey) {
            return KEYS.get(accessKey);
        }

        @Override
        public @Nullable Credential lookUp(String accessKey) {
            return accessKey.equals("new") ? ELSEWHERE : find(accessKey);
        }
    }

    @BeforeEach
    void aPrivateBucketAndAPublicOne() throws Exception {
        gateway = new StoringGateway(home, new Ring());
        for (var name : new String[] {"hidden", "open"}) {
            gateway.buckets().create(name, "a1", "z0");
            gateway.put(name, "a.jpg", "broken.jpg");
        }
        gateway.buckets().change("hidden", b -> b.withPrivacy(true));
        gateway.buckets().change("open", b -> b.withMaxAge(60));
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    private Caller.Answer signed(String target) throws IOException {
        return signed(OWNER, target);
    }

    private Caller.Answer signed(Credential by, String target) throws IOException {
        var url = DownloadToken.sign(by, "http://localhost" + target, Instant.ofEpochSecond(1));
        return gateway.get(url.substring("http://localhost".length()));
    }

    @Test
    void aKeyThatAnotherNodeHasJustMadeIsWaitedFor() throws Exception {
        assertThat(signed(ELSEWHERE, "/hidden/a.jpg").status()).isEqualTo(200);
        var unknown = new Credential("unknown", "secret", "a1", true);
        assertThat(signed(unknown, "/hidden/a.jpg").status()).isEqualTo(401);
    }

    @Test
    void nobodyButWhoHasASignedUrlGetsAnything() throws Exception {
        for (var target : new String[] {"/hidden/a.jpg", "/hidden/a.jpg?imageView2/1/w/9"}) {
            assertThat(gateway.get(target).status()).as(target).isEqualTo(401);
            assertThat(signed(target).status()).as(target).isEqualTo(200);
            assertThat(gateway.get(target).status()).as("after it was made").isEqualTo(401);
        }
    }

    @Test
    void aKeyForSomeLaysNoOthersOverThem() throws Exception {
        var broken = "/hidden/a.jpg?watermark/1/image/YnJva2VuLmpwZw=="; // broken.jpg
        var itself = "/hidden/a.jpg?watermark/1/image/YS5qcGc="; // a.jpg
        assertThat(signed(broken).status()).isEqualTo(200);

        assertThat(signed(NARROW, itself).status()).isEqualTo(200);
        assertThat(signed(NARROW, broken).status()).isEqualTo(403);
        assertThat(signed(NARROW, broken).body()).contains("may not read hidden/broken.jpg");
    }

    @Test
    void whatIsPrivateIsNotForCachesInBetween() throws Exception {
        assertThat(signed("/hidden/a.jpg").header("cache-control"))
                .isEqualTo("private, max-age=86400");
        assertThat(signed("/hidden/a.jpg?imageView2/1/w/9").header("cache-control"))
                .isEqualTo("private, max-age=86400");

        var instead = signed("/hidden/broken.jpg?imageView2/1/w/9&fallback=a.jpg");
        assertThat(instead.header("lumiere-fallback")).isEqualTo("failed-400");
        assertThat(instead.header("cache-control")).startsWith("private, max-age=");
    }

    @Test
    void aBucketSaysHowLongItsObjectsAreKept() throws Exception {
        assertThat(gateway.get("/open/a.jpg").header("cache-control"))
                .isEqualTo("public, max-age=60");
    }

    @Test
    void theTagOfAStoredObjectIsItsHash() throws Exception {
        var stored = Objects.requireNonNull(gateway.catalog().find("open", "a.jpg"));

        assertThat(gateway.get("/open/a.jpg").header("etag")).isEqualTo('"' + stored.hash() + '"');
    }
}
