package dev.lumiere.storage.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogSamples;
import dev.lumiere.storage.notice.NoticeEvent.NoticesReached;
import dev.lumiere.storage.notice.NoticePosts.Outcome;
import dev.lumiere.storage.rule.EventRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes of the only partition of a real log; who is told is played by the test. */
class FollowedPartitionTest {
    @TempDir private Path home;
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private EventLog log;
    private Catalog catalog;
    private boolean isUpToDate = true;

    @BeforeEach
    void start() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
    }

    @AfterEach
    void end() throws Exception {
        catalog.close();
        log.close();
    }

    private FollowedPartition followed(Memory memory) throws Exception {
        return new FollowedPartition(
                log,
                0,
                new Matching(catalog.buckets(), log),
                () -> isUpToDate && catalog.view().waitFor(log.end(), Duration.ofSeconds(10)),
                reached(),
                memory,
                () -> now);
    }

    private Reached reached() throws Exception {
        return Reached.read(log, 0, () -> now, UUID::randomUUID);
    }

    private void create(String bucket, int rules) {
        catalog.buckets().create(bucket, "a1", "z0");
        var since = catalog.buckets().now().toString();
        var events =
                IntStream.range(0, rules)
                        .mapToObj(i -> rule("r" + i, i + "/", since).checked())
                        .toList();
        catalog.buckets().set(bucket, settings -> settings.withEvents(events));
    }

    private static EventRule rule(String name, String prefix, String since) {
        var url = "http://hooks.example/";
        return new EventRule(name, prefix, "", List.of("put"), List.of(url), "ak", "", since);
    }

    private void put(String bucket, String key) {
        var object = CatalogSamples.object(bucket, key, 1, now);
        catalog.put(object, IfExists.REPLACE);
    }

    /** Ends the first of each lane, if it is due; how many there were. */
    private int tell(FollowedPartition partition, Outcome outcome) {
        var told = 0;
        for (var lane : partition.lanes()) {
            if (lane.begin(now) != null) {
                partition.done(lane, outcome);
                told++;
            }
        }
        return told;
    }

    @Test
    void aLaneThatFailsKeepsJustTheFirstAndGoesOnInOrder() throws Exception {
        create("one", 1);
        IntStream.range(0, 3).forEach(_ -> put("one", "0/a"));
        var partition = followed(new Memory(Memory.MAX_CHARS));
        partition.step();
        var lane = partition.lanes().getFirst();
        assertThat(lane.size()).isEqualTo(3);
        var first = lane.first();

        tell(partition, new Outcome.Failed("no"));
        put("one", "0/a");
        partition.step();
        assertThat(lane.size()).isOne();
        assertThat(lane.first()).isEqualTo(first);

        now = now.plusSeconds(1);
        tell(partition, new Outcome.Told());
        partition.step();
        assertThat(lane.first()).isEqualTo(first + 1);
        assertThat(lane.size()).isEqualTo(3);
    }

    @Test
    void whatWasLeftWaitsUntilTheRulesAreKnown() throws Exception {
        create("one", 0);
        var first = log.end(0) + 1;
        put("one", "0/a");
        put("one", "0/b");
        var left = new NoticesReached(log.end(0), Map.of(Lane.name("one", "r0"), first));
        assertThat(reached().write(left)).isTrue();

        isUpToDate = false;
        var partition = followed(new Memory(Memory.MAX_CHARS));
        partition.step();
        assertThat(partition.writeNow()).isTrue();
        assertThat(reached().last()).isEqualTo(left);

        var rule = rule("r0", "0/", PositionVector.start(1).toString());
        catalog.buckets().set("one", settings -> settings.withEvents(List.of(rule)));
        isUpToDate = true;
        partition.step();
        assertThat(tell(partition, new Outcome.Told())).isOne();
        assertThat(tell(partition, new Outcome.Told())).isOne();
        assertThat(partition.writeNow()).isTrue();
        assertThat(Objects.requireNonNull(reached().last()).behind()).isEmpty();
    }

    @Test
    void whereTheMemoryIsFullEachLaneHasOne() throws Exception {
        create("one", 2);
        IntStream.range(0, 3).forEach(_ -> put("one", "0/a"));
        put("one", "1/a");
        put("one", "1/a");
        var memory = new Memory(1);
        var partition = followed(memory);

        for (var told : List.of(2, 2, 1, 0)) {
            partition.step();
            assertThat(partition.lanes()).allMatch(lane -> lane.size() == 1);
            assertThat(memory.isFull()).isEqualTo(told > 0);
            assertThat(tell(partition, new Outcome.Told())).isEqualTo(told);
        }

        put("one", "0/a");
        partition.step();
        assertThat(memory.isFull()).isTrue();
        partition.leave();
        assertThat(memory.isFull()).isFalse();
    }

    @Test
    void allThatHaveSomethingLeftFitIntoWhatIsWritten() throws Exception {
        var buckets =
                IntStream.range(0, 120)
                        .mapToObj(i -> "b%d-%s".formatted(i, "x".repeat(50)))
                        .toList();
        buckets.stream().parallel().forEach(bucket -> create(bucket, 20));
        buckets.stream()
                .parallel()
                .forEach(bucket -> IntStream.range(0, 20).forEach(i -> put(bucket, i + "/a")));
        var partition = followed(new Memory(Memory.MAX_CHARS));

        partition.step();
        var lanes = partition.lanes().size();
        assertThat(lanes).isBetween(Lanes.MAX, 2399);
        assertThat(partition.writeNow()).isTrue();
        assertThat(tell(partition, new Outcome.Told())).isEqualTo(lanes);
        partition.step();
        assertThat(tell(partition, new Outcome.Told())).isEqualTo(2400 - lanes);
    }

    @Test
    void whatWasLookedAtInVainIsWrittenAlsoWhereNothingWasToldYet() throws Exception {
        catalog.buckets().create("two", "a1", "z0");
        IntStream.range(0, 100).parallel().forEach(i -> put("two", "k" + i));
        create("one", 1);
        var partition = followed(new Memory(Memory.MAX_CHARS));
        partition.step();
        assertThat(partition.write()).isTrue();
        assertThat(reached().last()).isNull();

        var end = log.end(0);
        IntStream.range(0, (int) FollowedPartition.WRITE_AFTER)
                .parallel()
                .forEach(i -> put("two", "k" + i));
        partition.step();
        assertThat(partition.write()).isTrue();
        var last = Objects.requireNonNull(reached().last());
        assertThat(last.position()).isGreaterThan(end);
    }
}
