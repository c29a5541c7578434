package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectAddressTest {
    private static final Set<String> BUCKETS = Set.of("demo");

    @ParameterizedTest
    @CsvSource({
        "/demo/gogopher.jpg, demo, gogopher.jpg",
        "/demo/a/b.jpg, demo, a/b.jpg",
        "/demo/a%20b.jpg, demo, a b.jpg",
        "/demo/a+b.jpg, demo, a+b.jpg",
        "/demo/%E5%9B%BE.png, demo, 图.png",
        "/demo/图%20.png, demo, 图 .png",
        "/demo/%2e%2e/x, demo, ../x",
        "/other/x, other, x"
    })
    void thePathNamesBucketAndKey(String path, String bucket, String key) {
        assertThat(of("localhost:8080", path)).isEqualTo(new ObjectAddress(bucket, key));
    }

    @Test
    void aHostNameMayNameTheBucket() {
        var expected = new ObjectAddress("demo", "a/b.jpg");

        assertThat(of("demo.localhost:8080", "/a/b.jpg")).isEqualTo(expected);
        assertThat(of("demo.LOCALHOST", "/a/b.jpg")).isEqualTo(expected);
        assertThat(of("nobucket.localhost", "/demo/a/b.jpg")).isEqualTo(expected);
        assertThat(of(null, "/demo/a/b.jpg")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/demo/%", "/demo/%2", "/demo/%zz", "/demo/%ff%fe", "/demo/a%C3"})
    void whatIsNotPercentEncodedUtf8IsABadRequest(String path) {
        assertThatThrownBy(() -> of("localhost", path))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageStartingWith("400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "media.example.com, demo",
        "Media.Example.COM:8080, demo",
        "media.example.com., demo",
        "other.example.com, a",
        "x.media.example.com, a",
        "localhost, a",
        "nobucket.localhost, a",
        "[::1]:8080, a",
        "'', a",
        "':', a",
    })
    void aHostThatABucketHasMeansIt(String host, String bucket) {
        assertThat(of(host, "/a/b.jpg").bucket()).isEqualTo(bucket);
        assertThat(of(host, "/a/b.jpg").key()).isEqualTo(bucket.equals("a") ? "b.jpg" : "a/b.jpg");
    }

    @Test
    void aPathWithoutAKeyNamesNoObject() {
        assertThatThrownBy(() -> of("localhost", "/demo")).hasMessageStartingWith("404 ");
    }

    private static final Map<String, String> OWN =
            Map.of(
                    "media.example.com", "demo",
                    "localhost", "taken",
                    "nobucket.localhost", "taken");

    private static ObjectAddress of(@Nullable String host, String path) {
        return ObjectAddress.of(
                host, path, new BucketHosts("localhost", BUCKETS::contains, OWN::get));
    }
}
