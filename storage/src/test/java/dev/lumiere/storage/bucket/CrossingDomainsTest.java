package dev.lumiere.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes that give a host to buckets and take it away at the same time: the other does something
 * just before a step of what the first does reaches the log.
 */
class CrossingDomainsTest {
    private static final String HOST = "media.example.com";

    @TempDir private Path folder;
    private EventLog log;
    private FollowingLogDevice device;
    private EventLog otherLog;
    private BucketsAlone buckets;
    private BucketsAlone other;

    /** What happens before the next append of its category, and not again. */
    private volatile String category = "";

    private volatile Runnable before = () -> {};

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        device = new FollowingLogDevice(log);
        otherLog = EventLog.open(device, "follower", (_, append, atMost) -> passOn(append, atMost));
        buckets = new BucketsAlone(folder.resolve("here"), log);
        other = new BucketsAlone(folder.resolve("other"), otherLog);
        for (var name : List.of("one", "two")) {
            buckets.catalog().create(name, "a1", "z0");
        }
        other.catchUp();
    }

    private AppendOutcome passOn(Append append, Duration atMost)
            throws NotOwnerException, InterruptedException {
        if (append.changes().getFirst().stream().category().equals(category)) {
            category = "";
            before.run();
        }
        var outcome = log.appendHere(append, atMost);
        device.catchUp(atMost);
        return outcome;
    }

    @AfterEach
    void close() throws Exception {
        other.close();
        otherLog.close();
        buckets.close();
        log.close();
    }

    private void once(String ofCategory, Runnable action) {
        before = action;
        category = ofCategory;
    }

    private BucketDomains here() {
        return buckets.domains();
    }

    private BucketDomains there() {
        return other.domains();
    }

    private static void refused(int status, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(status));
    }

    private List<String> holders() {
        return buckets.catalog().all().stream()
                .filter(bucket -> bucket.domains().contains(HOST))
                .map(Bucket::name)
                .toList();
    }

    private void awaitViews() throws InterruptedException {
        assertThat(buckets.awaitAll()).isTrue();
    }

    @Test
    void whatIsGivenBackWhileItIsBoundIsTakenAgainOrAnothers() throws Exception {
        once(BucketEvent.CATEGORY, () -> here().unbind("one", HOST));
        there().bind("one", HOST);

        awaitViews();
        assertThat(here().at(HOST)).isEqualTo("one");
        refused(614, () -> here().bind("two", HOST));
        here().unbind("one", HOST);

        once(
                BucketEvent.CATEGORY,
                () -> {
                    here().unbind("one", HOST);
                    here().bind("two", HOST);
                });
        refused(614, () -> there().bind("one", HOST));

        awaitViews();
        assertThat(holders()).containsExactly("two");
    }

    @Test
    void whatIsBoundAgainWhileItIsGivenBackIsKept() throws Exception {
        here().bind("one", HOST);

        once(DomainEvent.CATEGORY, () -> here().bind("one", HOST));
        there().unbind("one", HOST);

        awaitViews();
        assertThat(holders()).containsExactly("one");
        refused(614, () -> here().bind("two", HOST));
    }

    @Test
    void whatANewBucketOfTheSameNameHasBoundIsNotGivenBackForTheOldOne() throws Exception {
        here().bind("one", HOST);

        once(
                DomainEvent.CATEGORY,
                () -> {
                    buckets.catalog().create("one", "a1", "z0");
                    here().bind("one", HOST);
                });
        other.catchUp();
        other.catalog().drop("one");

        refused(614, () -> here().bind("two", HOST));
        assertThat(holders()).containsExactly("one");
    }

    @Test
    void aBucketThatIsDroppedWhileAHostIsBoundKeepsItFromNobody() throws Exception {
        once(BucketEvent.CATEGORY, () -> buckets.catalog().drop("one"));
        refused(631, () -> there().bind("one", HOST));

        here().bind("two", HOST);
        assertThat(holders()).containsExactly("two");
        assertThat(here().at(HOST)).isEqualTo("two");
    }

    @Test
    void whateverManyDoAtOnceNoHostHasTwoBuckets() throws Exception {
        var random = new Random(1);
        for (var round = 0; round < 20; round++) {
            var calls = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 12; i++) {
                var name = random.nextBoolean() ? "one" : "two";
                var domains = random.nextBoolean() ? here() : there();
                calls.add(
                        random.nextBoolean()
                                ? () -> tries(() -> domains.bind(name, HOST))
                                : () -> tries(() -> domains.unbind(name, HOST)));
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var call : threads.invokeAll(calls)) {
                    call.get();
                }
            }
            awaitViews();
            assertThat(holders()).as("round %d", round).hasSizeLessThan(2);
            for (var holder : holders()) {
                assertThat(DomainEvent.holder(here().claim(HOST).event())).isEqualTo(holder);
            }
        }
    }

    private static boolean tries(Runnable call) {
        try {
            call.run();
            return true;
        } catch (Problem.Refused e) {
            assertThat(e.problem().status()).isIn(612, 614, 503);
            return false;
        }
    }
}
