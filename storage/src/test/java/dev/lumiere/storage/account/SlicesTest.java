package dev.lumiere.storage.account;

import static dev.lumiere.storage.account.Homes.assertRefused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlicesTest {
    @TempDir private Path folder;
    private Homes homes;
    private Accounts accounts;

    @BeforeEach
    void open() throws Exception {
        homes = new Homes(folder);
        accounts = homes.accounts("here");
        accounts.create("ada", "Ada");
        accounts.deposit("ada", UUID.randomUUID(), 1000, "paid");
    }

    @AfterEach
    void close() throws Exception {
        homes.close();
    }

    private long balance() {
        return accounts.state("ada").credits();
    }

    private Slices slices(Accounts of, long size, String node) {
        return new Slices(of, size, node, homes.home(node).resolve("slices"));
    }

    @Test
    void whatAKilledNodeHadLeftIsGivenBackOnceByItsNextStart() {
        var killed = slices(accounts, 100, "node-1");
        for (var i = 0; i < 125; i++) {
            killed.charge("ada", 1);
        }
        killed.giveBack("ada", 5);
        assertThat(balance()).isEqualTo(800);

        var next = slices(accounts, 100, "node-1");

        assertThat(balance()).isBetween(1000L - 120 - 10 - 5, 1000L - 120);
        var given = balance();
        assertThat(slices(accounts, 100, "node-1")).isNotNull();
        assertThat(balance()).isEqualTo(given);
        next.charge("ada", 1);
        next.close();
        assertThat(balance()).isEqualTo(given - 1);
        assertThat(homes.home("node-1").resolve("slices")).isEmptyDirectory();
    }

    @Test
    void howeverMuchANodeHasUsedItsNextStartGivesNoMoreBackThanItHadLeft() {
        for (var used = 0; used <= 60; used++) {
            var before = balance();
            var killed = slices(accounts, 20, "node-1");
            for (var i = 0; i < used % 31; i++) {
                killed.charge("ada", 1);
            }
            assertThat(slices(accounts, 20, "node-1")).isNotNull();
            var lost = before - balance() - used % 31;
            assertThat(lost).as("after %d", used).isBetween(0L, 4L);
        }
    }

    @Test
    void aFileThatIsMalformedIsSetAsideAndTheOthersAreGivenBack() throws Exception {
        var left = Files.createDirectories(homes.home("node-1").resolve("slices"));
        var id = UUID.randomUUID();
        var malformed =
                Map.of(
                        "a", "no uuid",
                        "b", "",
                        "c", id + " many",
                        "d", id + " -5",
                        "e", id + " 5 6",
                        "f", id + " 5\n" + " ".repeat(1000),
                        "g", "\u00ff",
                        "No Name", id + " 5");
        for (var file : malformed.entrySet()) {
            Files.writeString(left.resolve(file.getKey()), file.getValue(), ISO_8859_1);
        }
        Files.createDirectory(left.resolve("h"));
        for (var account : List.of("0-first", "zoe")) {
            accounts.create(account, account);
            Files.writeString(left.resolve(account), UUID.randomUUID() + " 7\n");
        }

        try (var meter = slices(accounts, 10, "node-1")) {
            assertThat(accounts.state("0-first").credits()).isEqualTo(7);
            assertThat(accounts.state("zoe").credits()).isEqualTo(7);
            meter.charge("ada", 1);
        }
        assertThat(balance()).isEqualTo(999);
        slices(accounts, 10, "node-1").close();

        try (var files = Files.list(left)) {
            assertThat(files).hasSize(9).allMatch(file -> file.toString().endsWith(".malformed"));
        }
        assertThat(left.resolve("a.malformed")).hasContent("no uuid");
    }

    @Test
    void whatAStartHadGivenBackWhenItWasKilledIsNotGivenBackAgain() throws Exception {
        var left = Files.createDirectories(homes.home("node-1").resolve("slices"));
        var slice = UUID.randomUUID() + " 7\n";
        for (var start = 0; start < 2; start++) {
            Files.writeString(left.resolve("ada"), slice);
            slices(accounts, 10, "node-1").close();
            assertThat(balance()).isEqualTo(1007);
        }
    }

    @Test
    void whatIsOfAnAccountThatIsNotThereWaitsAndTheOthersAreGivenBack() throws Exception {
        var left = Files.createDirectories(homes.home("node-1").resolve("slices"));
        for (var account : List.of("a-nobody", "ada", "z-nobody")) {
            Files.writeString(left.resolve(account), UUID.randomUUID() + " 7\n");
        }

        slices(accounts, 10, "node-1").close();
        assertThat(balance()).isEqualTo(1007);

        accounts.create("a-nobody", "Nobody");
        slices(accounts, 10, "node-1").close();
        assertThat(accounts.state("a-nobody").credits()).isEqualTo(7);
        assertThat(balance()).isEqualTo(1007);
    }

    @Test
    void whileTheLogIsAwayItIsTriedAgainUntilAllIsGivenBack() throws Exception {
        var killed = slices(accounts, 100, "node-1");
        killed.charge("ada", 1);
        accounts.create("bob", "Bob");
        accounts.deposit("bob", UUID.randomUUID(), 50, "paid");
        killed.charge("bob", 1);
        var isAway = new AtomicBoolean(true);
        var tries = new Semaphore(0);
        try (var log = sometimesAway(isAway, tries);
                var seen = homes.accounts("later", log);
                var next =
                        new Slices(
                                seen,
                                100,
                                "node-1",
                                homes.home("node-1").resolve("slices"),
                                Duration.ofMillis(1))) {
            tries.acquire(4); // with its start it has come again
            assertThat(balance()).isEqualTo(900);

            isAway.set(false);

            await().until(() -> balance() >= 985 && accounts.state("bob").credits() >= 40);
            next.charge("ada", 1);
        }
        assertThat(balance()).isBetween(985L, 998L);
        assertThat(homes.home("node-1").resolve("slices")).isEmptyDirectory();
    }

    /** What another node sees of the log, if that is there; each try to read it is counted. */
    private EventLog sometimesAway(AtomicBoolean isAway, Semaphore tries) throws Exception {
        var device = new FollowingLogDevice(homes.log);
        var away =
                new DelegatingLogDevice(device) {
                    @Override
                    public List<Event> readStream(StreamId stream, long from, Bound bound)
                            throws IOException {
                        checkIsThere();
                        return super.readStream(stream, from, bound);
                    }

                    @Override
                    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
                            throws IOException {
                        checkIsThere();
                        return super.readStreamBackwards(stream, from, bound);
                    }

                    private void checkIsThere() throws IOException {
                        tries.release();
                        if (isAway.get()) {
                            throw new IOException("away");
                        }
                    }
                };
        return EventLog.open(
                away,
                "follower",
                (_, append, atMost) -> {
                    var outcome = homes.log.appendHere(append, atMost);
                    device.catchUp(atMost);
                    return outcome;
                });
    }

    @Test
    void whatIsNotGivenBackYetIsNotInTheWayOfNewSlices() throws Exception {
        slices(accounts, 100, "node-1").charge("ada", 1);
        var isAway = new AtomicBoolean(true);
        try (var log = sometimesAway(isAway, new Semaphore(0));
                var seen = homes.accounts("later", log)) {
            var waiting = slices(seen, 200, "node-1"); // its next try is in a second
            isAway.set(false);
            waiting.charge("ada", 1); // and killed, as far as anybody knows
            isAway.set(true);

            try (var _ = slices(accounts, 10, "node-1")) {
                assertThat(balance()).isBetween(1000L - 1 - 1 - 30, 998L);
            }
            waiting.close();
        }
        assertThat(balance()).isLessThanOrEqualTo(998);
    }

    @Test
    void aSliceThatMayHaveBeenWithdrawnIsNotWithdrawnAgain() throws Exception {
        var isLost = new AtomicBoolean(true);
        var device = new FollowingLogDevice(homes.log);
        try (var log =
                        EventLog.open(
                                device,
                                "follower",
                                (_, append, atMost) -> {
                                    var outcome = homes.log.appendHere(append, atMost);
                                    device.catchUp(atMost);
                                    return isLost.get()
                                            ? new AppendOutcome.Unknown("no answer")
                                            : outcome;
                                });
                var seen = homes.accounts("later", log);
                var meter = slices(seen, 100, "node-1")) {
            assertThatThrownBy(() -> meter.charge("ada", 1)).hasMessageContaining("no answer");
            assertThat(balance()).isEqualTo(900);

            isLost.set(false);
            meter.charge("ada", 1);
            assertThat(balance()).isEqualTo(900);
        }
        assertThat(balance()).isEqualTo(999);
    }

    @Test
    void manyUsesAreOneWithdrawalAndTheRestIsGivenBack() {
        try (var meter = slices(accounts, 100, "node-1")) {
            for (var i = 0; i < 150; i++) {
                meter.charge("ada", 1);
            }
            meter.charge("ada", 0);
            assertThat(balance()).isEqualTo(800);
        }

        assertThat(balance()).isEqualTo(850);
        assertThat(accounts.history("ada", 4, 100))
                .extracting(event -> event.data().type() + event.data().payload().text())
                .containsExactly(
                        "WithdrawalPerformed{\"credits\":100,\"reason\":\"used at node-1\"}",
                        "WithdrawalPerformed{\"credits\":100,\"reason\":\"used at node-1\"}",
                        "DepositPerformed{\"credits\":50,\"reason\":\"not used at node-1\"}");
    }

    @Test
    void aUseMayBeLargerThanASlice() {
        try (var meter = slices(accounts, 10, "node-1")) {
            meter.charge("ada", 995);
            meter.charge("ada", 5);
            assertRefused(
                    "402 account ada has no credits left: this takes 1",
                    () -> meter.charge("ada", 1));
        }
        assertThat(balance()).isZero();
    }

    @Test
    void whatCameToNothingIsUsedByWhatComesNext() {
        var meter = slices(accounts, 10, "node-1");
        for (var i = 0; i < 2000; i++) {
            meter.charge("ada", 1000);
            meter.giveBack("ada", 1000);
        }
        meter.charge("ada", 1);
        assertThat(balance()).isZero();
        meter.close();
        assertThat(balance()).isEqualTo(999);

        meter.giveBack("ada", 1); // by one that was under way
        assertThat(balance()).isEqualTo(1000);
    }

    @Test
    void moreThanThereIsCostsNothing() {
        try (var meter = slices(accounts, 10, "node-1")) {
            assertRefused(
                    "402 account ada has no credits left: this takes 1001",
                    () -> meter.charge("ada", 1001));
            assertThat(balance()).isEqualTo(1000);
        }
    }

    @Test
    void nodesTogetherChargeWhatIsThereAndNoMore() throws Exception {
        var there = homes.accounts("there");
        try (var one = slices(accounts, 37, "node-1");
                var two = slices(there, 53, "node-2");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var users = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < 4; i++) {
                users.add(() -> chargeUntilRefused(one));
                users.add(() -> chargeUntilRefused(two));
            }
            var used = 0;
            for (var user : threads.invokeAll(users)) {
                used += user.get();
            }
            assertThat(used).isEqualTo(1000);
        }

        assertThat(balance()).isZero();
    }

    private static int chargeUntilRefused(Meter meter) {
        for (var used = 0; ; ) {
            try {
                meter.charge("ada", 1);
                used++;
            } catch (Problem.Refused e) {
                if (e.problem().status() != 503) { // the other node was first too often
                    assertThat(e.problem().status()).isEqualTo(402);
                    return used;
                }
            }
        }
    }

    @Test
    void afterItsEndNothingIsCharged() {
        var meter = slices(accounts, 10, "node-1");
        meter.close();

        assertRefused("503 this node is stopping", () -> meter.charge("ada", 1));
        assertRefused("404 no such account", () -> slices(accounts, 10, "node-1").charge("eve", 1));
    }

    @Test
    void itIsOffUnlessSwitchedOn() {
        Meter.OFF.charge("ada", Long.MAX_VALUE);
        assertThat(balance()).isEqualTo(1000);
    }
}
