package dev.lumiere.storage;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {
    @TempDir Path home;
    private Path media;
    private Buckets buckets;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void aBucketBesideASecret() throws IOException {
        media = Files.createDirectories(home.resolve("media"));
        Files.createDirectories(media.resolve("a"));
        Files.writeString(media.resolve("a/x.jpg"), "picture");
        Files.writeString(home.resolve("secret"), "secret");
        buckets = new Buckets(StorageConfig.of(Map.of("demo", media)), () -> now);
    }

    @Test
    void aFileIsAnObject() throws IOException {
        var object = found("a/x.jpg");

        assertThat(object.contentType()).isEqualTo("image/jpeg");
        assertThat(object.size()).isEqualTo(7);
        try (var file = buckets.open(object)) {
            assertThat(file).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a/x.jpg",
                "../secret",
                "a/../a/x.jpg",
                "a/../../secret",
                "a//x.jpg",
                "./a/x.jpg",
                "a/.",
                "a/",
                "a",
                "%2e%2e/secret",
                "a/x.jpg\0",
                "a/x.jpg/y",
                "\ud800"
            })
    void aDetourIsNoKey(String key) {
        assertThat(buckets.find("demo", key)).isInstanceOf(Lookup.NoSuchKey.class);
    }

    @Test
    void anOverlongKeyIsNoKey() {
        assertThat(buckets.find("demo", "x".repeat(256))).isInstanceOf(Lookup.NoSuchKey.class);
        assertThat(buckets.find("demo", "a/".repeat(4000))).isInstanceOf(Lookup.NoSuchKey.class);
    }

    @Test
    void aLinkCountsOnlyInsideOfTheBucket() throws IOException {
        Files.createSymbolicLink(media.resolve("out"), home.resolve("secret"));
        Files.createSymbolicLink(media.resolve("up"), home);
        Files.createSymbolicLink(media.resolve("in"), Path.of("a/x.jpg"));
        Files.createSymbolicLink(media.resolve("loop"), Path.of("loop"));

        assertThat(buckets.find("demo", "out")).isInstanceOf(Lookup.NoSuchKey.class);
        assertThat(buckets.find("demo", "up/secret")).isInstanceOf(Lookup.NoSuchKey.class);
        assertThat(buckets.find("demo", "loop")).isInstanceOf(Lookup.NoSuchKey.class);
        assertThat(buckets.find("demo", "in")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void aDirectoryThatBecameALinkIsNotFollowed() throws IOException {
        var object = found("a/x.jpg");
        Files.move(media.resolve("a"), home.resolve("b"));
        Files.createSymbolicLink(media.resolve("a"), home.resolve("b"));

        assertThat(buckets.open(object)).isNull();
    }

    @Test
    void aChangeIsSeenAfterASecondAndIsAnotherVersion() throws IOException {
        var before = found("a/x.jpg");
        assertThat(buckets.find("demo", "new")).isInstanceOf(Lookup.NoSuchKey.class);
        Files.writeString(media.resolve("a/x.jpg"), "another");
        Files.setLastModifiedTime(
                media.resolve("a/x.jpg"), FileTime.from(before.modified().plusNanos(1)));
        Files.writeString(media.resolve("new"), "");

        assertThat(buckets.atHand("demo", "a/x.jpg")).isEqualTo(new Lookup.Found(before));
        assertThat(buckets.open(before)).isNull();

        now = now.plusSeconds(1);
        assertThat(buckets.atHand("demo", "a/x.jpg")).isNull();
        assertThat(found("a/x.jpg").version()).isNotEqualTo(before.version());
        assertThat(found("new").size()).isZero();
    }

    @Test
    void anotherFileOfTheSameSizeAndTimeIsAnotherVersion() throws IOException {
        var before = found("a/x.jpg");
        Files.writeString(media.resolve("y"), "another");
        Files.setLastModifiedTime(media.resolve("y"), FileTime.from(before.modified()));
        assertThat(buckets.isUnchanged(before)).isTrue();

        Files.move(media.resolve("y"), media.resolve("a/x.jpg"), REPLACE_EXISTING);

        assertThat(buckets.open(before)).isNull();
        assertThat(buckets.isUnchanged(before)).isFalse();
        assertThat(found("a/x.jpg").version()).isNotEqualTo(before.version());
    }

    @Test
    void anotherBucketIsNoBucket() {
        assertThat(buckets.find("other", "a")).isInstanceOf(Lookup.NoSuchBucket.class);
        assertThat(buckets.atHand("other", "a")).isInstanceOf(Lookup.NoSuchBucket.class);
    }

    private StoredObject found(String key) {
        return ((Lookup.Found) buckets.find("demo", key)).object();
    }
}
