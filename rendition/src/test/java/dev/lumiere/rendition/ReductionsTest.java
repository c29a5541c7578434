package dev.lumiere.rendition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.run.Reducing;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.Content.InFolder;
import dev.lumiere.storage.StoredObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReductionsTest {
    private static final Instant SOON = Instant.EPOCH.plusSeconds(1);

    private final Reductions reductions =
            new Reductions(10 << 20, Duration.ZERO, () -> Instant.EPOCH);

    @AfterEach
    void close() {
        reductions.close();
    }

    @Test
    void theFirstKeepsWhatItDecodesAndTheNextIsGivenThat() throws Exception {
        try (var first = board("1", false)) {
            assertThat(first.reducing()).isEqualTo(new Reducing.Making(false));
            first.keep(Map.of(3, version(100)));
        }
        try (var next = board("1", false)) {
            assertThat(next.reducing()).isInstanceOf(Reducing.From.class);
            var kept = ((Reducing.From) next.reducing()).kept();
            assertThat(kept).containsOnlyKeys(3);
            assertThat(requireNonNull(kept.get(3)).size()).isEqualTo(100);
        }
        assertThat(reductions.bytes()).as("an open file counts for more").isEqualTo(256 << 10);
    }

    @Test
    void whatWentAlongIsClosedAlsoIfItWasNotUsed() throws Exception {
        keep("1", 100);
        OpenFile copy;
        try (var next = board("1", false)) {
            copy = requireNonNull(((Reducing.From) next.reducing()).kept().get(3));
            assertThat(copy.hasDescriptor()).isTrue();
        }
        assertThat(copy.hasDescriptor()).isFalse();
    }

    @Test
    void whereWhatIsKeptIsTooSmallAllIsMade() throws Exception {
        keep("1", 100);
        try (var larger = board("1", true)) {
            assertThat(larger.reducing()).isEqualTo(new Reducing.Making(true));
        }
    }

    @Test
    void othersWaitForADecodeAndTakeWhatComesOfIt() throws Exception {
        var first = board("1", false);
        var joined =
                CompletableFuture.supplyAsync(() -> {
                    try (var passage = board("1", false)) {
                        return passage.reducing().getClass().getSimpleName();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        Samples.soon(() -> reductions.joined() == 1);
        assertThat(first.reducing()).isEqualTo(new Reducing.Making(true));
        first.keep(Map.of(1, version(100)));
        assertThat(joined).isNotDone();

        first.close();
        assertThat(joined.get()).isEqualTo("From");
    }

    @Test
    void othersGoOnWithoutWhereADecodeLeftNothing() throws Exception {
        var first = board("1", false);
        var joined =
                CompletableFuture.supplyAsync(() -> {
                    try (var passage = board("1", false)) {
                        return passage.reducing();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        Samples.soon(() -> reductions.joined() == 1);
        first.close();

        assertThat(joined.get()).isEqualTo(Reducing.NOT);
    }

    /** Who wants a JPEG need not wait until another has written its AVIF. */
    @Test
    void aQuickOneTakesOverFromOneThatWritesSlowly() throws Exception {
        var slow = reductions.board(plan("1", "0/format/avif"), false, SOON);
        assertThat(slow.reducing()).isEqualTo(new Reducing.Making(false));
        try (var quick = reductions.board(plan("1", "0"), false, SOON)) {
            assertThat(quick.reducing()).isEqualTo(new Reducing.Making(false));
            quick.keep(Map.of(3, version(100)));
        }
        try (var next = reductions.board(plan("1", "0"), false, SOON)) {
            assertThat(next.reducing()).isInstanceOf(Reducing.From.class);
        }
        slow.close();
    }

    @Test
    void overTheBoundTheLeastRecentlyUsedIsGivenUp() throws Exception {
        for (var version = 0; version < 5; version++) {
            keep(Integer.toString(version), 4 << 20);
        }
        assertThat(reductions.bytes()).isLessThanOrEqualTo(10 << 20);
        assertThat(reductions.evicted()).isEqualTo(3);
    }

    @Test
    void onlyLargeSourcesOfOperationsThatReduceAreConcerned() {
        assertThat(reductions.concern(plan("1", 1 << 20, true))).isTrue();
        assertThat(reductions.concern(plan("1", 1000, true))).isFalse();
        assertThat(reductions.concern(plan("1", 1 << 20, false))).isFalse();
        try (var off = new Reductions(0, Duration.ZERO, () -> Instant.EPOCH)) {
            assertThat(off.concern(plan("1", 1 << 20, true))).isFalse();
        }
    }

    private void keep(String version, int bytes) throws Exception {
        try (var passage = board(version, false)) {
            passage.keep(Map.of(3, version(bytes)));
        }
    }

    private Reductions.Passage board(String version, boolean tooSmall) throws InterruptedException {
        return reductions.board(
                plan(version, 1 << 20, true), tooSmall, Instant.EPOCH.plusSeconds(30));
    }

    private static Plan plan(String version, long size, boolean isReducible) {
        var object =
                new StoredObject(
                        "demo",
                        "a.jpg",
                        version,
                        size,
                        Instant.EPOCH,
                        "image/jpeg",
                        new InFolder(Path.of("/nowhere")));
        return plan(object, "2/w/200", isReducible);
    }

    private static Plan plan(String version, String arguments) {
        return plan(plan(version, 1 << 20, true).object(), arguments, true);
    }

    private static Plan plan(StoredObject object, String arguments, boolean isReducible) {
        return Plan.of(
                object,
                "image/jpeg",
                Pipeline.decode("imageView2/" + arguments),
                List.of(Samples.MAKER),
                isReducible);
    }

    private static OpenFile version(int bytes) throws IOException {
        try (var memory = OpenFile.inMemory();
                var arena = Arena.ofConfined()) {
            memory.write(arena.allocate(bytes), 0);
            try (var written = memory.current()) {
                return written.sealed();
            }
        }
    }
}
