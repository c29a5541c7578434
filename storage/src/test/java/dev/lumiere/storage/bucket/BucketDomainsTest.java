package dev.lumiere.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.BucketSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketDomainsTest {
    private static final String HOST = "media.example.com";

    @TempDir private Path folder;
    private EventLog log;
    private BucketsAlone alone;
    private BucketCatalog buckets;
    private BucketDomains domains;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        alone = openView("views");
        buckets = alone.catalog();
        domains = buckets.domains();
        for (var name : List.of("one", "two", "three")) {
            buckets.create(name, "a1", "z0");
        }
    }

    private BucketsAlone openView(String name) throws Exception {
        return new BucketsAlone(folder.resolve(name), log);
    }

    @AfterEach
    void close() throws Exception {
        alone.close();
        log.close();
    }

    private static void assertRefused(int status, Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(status));
    }

    @Test
    void aHostIsOneBucketsUntilItIsGivenBack() {
        assertThat(domains.bind("one", "Media.Example.com").domains()).containsExactly(HOST);
        assertThat(domains.bind("one", HOST).domains()).containsExactly(HOST);
        assertThat(domains.at(HOST)).isEqualTo("one");
        assertRefused(614, () -> domains.bind("two", HOST));
        assertRefused(612, () -> domains.unbind("two", HOST));

        domains.unbind("one", HOST);
        assertThat(domains.at(HOST)).isNull();
        assertThat(domains.bind("two", HOST).domains()).containsExactly(HOST);
        assertThat(domains.at(HOST)).isEqualTo("two");
    }

    @Test
    void aHostGoesWithItsBucket() {
        domains.bind("one", HOST);
        buckets.drop("one");

        assertThat(domains.at(HOST)).isNull();
        domains.bind("two", HOST);
        buckets.create("one", "a1", "z0");
        assertRefused(614, () -> domains.bind("one", HOST));
    }

    @Test
    void ofManyWhoWantAHostAtOnceOneGetsIt() throws Exception {
        try (var other = openView("other");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(other.awaitAll()).isTrue();
            var calls = new ArrayList<Callable<Boolean>>();
            for (var name : List.of("one", "two", "three")) {
                for (var node : List.of(alone, other)) {
                    calls.add(() -> tries(node.domains(), name));
                }
            }
            for (var call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        var holders = buckets.all().stream().filter(b -> b.domains().contains(HOST)).toList();
        assertThat(holders).hasSize(1);
        assertThat(domains.at(HOST)).isEqualTo(holders.getFirst().name());
    }

    private static boolean tries(BucketDomains domains, String name) {
        try {
            domains.bind(name, HOST);
            return true;
        } catch (Problem.Refused e) {
            assertThat(e.problem().status()).isEqualTo(614);
            return false;
        }
    }

    @Test
    void whoDiedBetweenTheTwoStepsLeavesNothingThatCannotBeUndone() throws Exception {
        takenBy("one");
        assertRefused(614, () -> domains.bind("two", HOST));
        domains.unbind("one", HOST);
        domains.bind("two", HOST);
        domains.unbind("two", HOST);

        takenBy("gone");
        domains.bind("three", HOST);
        assertThat(domains.at(HOST)).isEqualTo("three");
    }

    private void takenBy(String bucket) throws Exception {
        var taken =
                DomainEvent.TYPES.data(
                        UUID.randomUUID(),
                        Instant.EPOCH,
                        EventData.Context.NONE,
                        new DomainEvent.DomainTaken(HOST, bucket));
        append(Append.to(DomainEvent.stream(HOST), Expected.any(), List.of(taken)));
    }

    private void append(Append append) throws Exception {
        log.append(append, Duration.ofSeconds(10));
    }

    @Test
    void thePlatformsHostsAreNobodys() {
        domains.bind("one", HOST);
        domains.reserve(host -> host.endsWith(".example.com"));

        assertThat(domains.at(HOST)).as("bound before it was the platform's").isNull();
        assertRefused(400, () -> domains.bind("one", "api.example.com"));
    }

    @Test
    void anotherNodeAndALaterOneKnowThem() throws Exception {
        domains.bind("one", HOST);
        domains.bind("one", "b.example.com");
        domains.unbind("one", "b.example.com");

        try (var other = openView("other")) {
            assertThat(other.awaitAll()).isTrue();
            assertThat(other.domains().at(HOST)).isEqualTo("one");
            assertThat(other.domains().at("b.example.com")).isNull();
        }
        try (var again = openView("other")) {
            assertThat(again.domains().at(HOST)).isEqualTo("one");
        }
    }

    @Test
    void aBucketOfAnOlderReleaseHasNothingSet() throws Exception {
        var before =
                """
                {"bucket": {"name": "older", "account": "a1", "region": "z0", "isPrivate": true,
                 "domains": [], "maxAge": -1, "created": 1}}\
                """;
        var event =
                new EventData(
                        UUID.randomUUID(),
                        "BucketCreated",
                        1,
                        Instant.EPOCH,
                        EventData.Context.NONE,
                        Payload.of(before));
        append(Append.to(BucketEvent.stream("older"), Expected.none(), List.of(event)));
        assertThat(alone.awaitAll()).isTrue();

        assertThat(buckets.existing("older").settings()).isEqualTo(BucketSettings.NONE);
        assertThat(buckets.existing("older").isPrivate()).isTrue();
        domains.bind("older", HOST);
        assertThat(domains.at(HOST)).isEqualTo("older");
    }

    @Test
    void whatIsToldInAnyOrderAddsUpToTheSame() {
        var known = new KnownBuckets();
        var one = buckets.existing("one");
        var two = buckets.existing("two");

        known.learn("two", 2, two.withDomain(HOST));
        known.learn("one", 2, one.withDomain(HOST)); // of before, from another partition
        known.learn("one", 3, one);
        known.learn("one", 2, one.withDomain(HOST));

        assertThat(known.at(HOST)).isEqualTo("two");
    }
}
