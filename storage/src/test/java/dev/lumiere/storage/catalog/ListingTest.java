package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages against what a sorted set of all keys gives. */
class ListingTest {
    private static final long SEED = 42;
    private static final String[] PIECES = {"a", "b", "/", "//", "é", "\uffff", "🎞", "-", "a/"};

    private final TreeSet<String> keys =
            new TreeSet<>((a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8),
                            b.getBytes(StandardCharsets.UTF_8)));

    @Test
    void pagesJoinedAreTheWholeList(@TempDir Path folder) throws Exception {
        var random = new Random(SEED);
        while (keys.size() < 300) {
            var key = new StringBuilder();
            for (var i = random.nextInt(6); i >= 0; i--) {
                key.append(PIECES[random.nextInt(PIECES.length)]);
            }
            keys.add(key.toString());
        }
        try (var log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 2));
                var catalog =
                        Catalog.open(
                                folder.resolve("views"),
                                log,
                                _ -> false,
                                () -> Instant.EPOCH,
                                UUID::randomUUID)) {
            catalog.buckets().create("pictures", "a1", "z0");
            catalog.buckets().create("pictures-2", "a1", "z0");
            for (var key : keys) {
                catalog.put(object("pictures", key), IfExists.REPLACE);
            }
            catalog.put(object("pictures-2", "of another"), IfExists.REPLACE);

            for (var prefix : new String[] {"", "a", "a/", "é", "none"}) {
                for (var delimiter : new String[] {"", "/", "//", "b"}) {
                    for (var max : new int[] {1, 7, 1000}) {
                        assertThat(listed(catalog, prefix, delimiter, max))
                                .as("%s %s %d, seed %d", prefix, delimiter, max, SEED)
                                .isEqualTo(expected(prefix, delimiter));
                    }
                }
            }
            for (var marker :
                    new String[] {
                        "!",
                        "e30=",
                        Base64.getUrlEncoder()
                                .encodeToString("{\"k\":\"x\"}".getBytes(StandardCharsets.UTF_8))
                    }) {
                assertThatThrownBy(() -> catalog.list("pictures", "a", "", marker, 1))
                        .isInstanceOfSatisfying(
                                Problem.Refused.class,
                                e -> assertThat(e.problem().status()).isEqualTo(640));
            }
        }
    }

    private static List<String> listed(Catalog catalog, String prefix, String delimiter, int max) {
        var found = new ArrayList<String>();
        var marker = "";
        do {
            var page = catalog.list("pictures", prefix, delimiter, marker, max);
            assertThat(page.objects().size() + page.prefixes().size()).isLessThanOrEqualTo(max);
            page.objects().forEach(o -> found.add("object " + o.key()));
            page.prefixes().forEach(p -> found.add("prefix " + p));
            assertThat(found).doesNotHaveDuplicates();
            assertThat(page.next()).isNotEqualTo(marker.isEmpty() ? null : marker);
            marker = page.next();
        } while (!marker.isEmpty());
        found.sort(null);
        return found;
    }

    private List<String> expected(String prefix, String delimiter) {
        var found = new TreeSet<String>();
        for (var key : keys) {
            if (key.startsWith(prefix)) {
                var end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
                found.add(
                        end < 0
                                ? "object " + key
                                : "prefix " + key.substring(0, end + delimiter.length()));
            }
        }
        return new ArrayList<>(found);
    }

    private static CatalogObject object(String bucket, String key) {
        return CatalogSamples.object(bucket, key, 1, Instant.EPOCH);
    }
}
