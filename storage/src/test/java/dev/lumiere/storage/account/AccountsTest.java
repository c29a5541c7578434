package dev.lumiere.storage.account;

import static dev.lumiere.storage.account.Homes.assertRefused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.storage.account.AccountEvent.KeyCreated;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
    @TempDir private Path folder;
    private Homes homes;
    private Accounts accounts;

    @BeforeEach
    void open() throws Exception {
        homes = new Homes(folder);
        accounts = homes.accounts("here");
    }

    @AfterEach
    void close() throws Exception {
        homes.close();
    }

    private static Credential disabled(Credential key) {
        return key.enabled(false);
    }

    @Test
    void aKeySignsFromWhenItIsMadeUntilItIsDisabled() {
        var first = accounts.create("ada", "Ada");
        var second = accounts.createKey("ada");
        assertThat(accounts.find(first.accessKey())).isEqualTo(first);
        assertThat(accounts.find(second.accessKey())).isEqualTo(second);
        assertThat(first.accessKey()).hasSize(40).isNotEqualTo(second.accessKey());
        assertThat(first.secretKey()).hasSize(40).isNotEqualTo(second.secretKey());

        accounts.disableKey("ada", first.accessKey());
        accounts.disableKey("ada", first.accessKey());
        assertThat(accounts.find(first.accessKey())).isEqualTo(disabled(first));

        accounts.enableKey("ada", first.accessKey());
        accounts.enableKey("ada", first.accessKey());
        assertThat(accounts.find(first.accessKey())).isEqualTo(first);

        var third = accounts.rotateKey("ada", second.accessKey());
        assertThat(accounts.find(second.accessKey())).isEqualTo(disabled(second));
        assertThat(accounts.find(third.accessKey())).isEqualTo(third);
        assertThat(accounts.find("nobody's")).isNull();
    }

    @Test
    void otherNodesAndLaterOnesKnowTheKeysToo() throws Exception {
        var there = homes.accounts("there");
        var first = accounts.create("ada", "Ada");
        var second = accounts.rotateKey("ada", first.accessKey());

        await().untilAsserted(() -> {
            assertThat(there.find(first.accessKey())).isEqualTo(disabled(first));
            assertThat(there.find(second.accessKey())).isEqualTo(second);
        });

        there.close();
        var again = homes.accounts("there");
        assertThat(again.find(first.accessKey())).isEqualTo(disabled(first));
        assertThat(again.find(second.accessKey())).isEqualTo(second);
    }

    @Test
    void aScopeIsKeptByAllNodesAndByTheKeyThatComesInItsPlace() throws Exception {
        accounts.create("ada", "Ada");
        var scope = KeyScope.parse(List.of("write", "read"), List.of("photos:2026/", "albums"));
        var old = accounts.createKey("ada", scope);
        assertThat(old.scope()).isEqualTo(scope);

        var key = accounts.rotateKey("ada", old.accessKey());

        assertThat(key.scope()).isEqualTo(scope);
        assertThat(adas(key).scope()).isEqualTo(scope);
        var there = homes.accounts("there");
        await().untilAsserted(() -> {
            assertThat(there.find(key.accessKey())).isEqualTo(key);
            assertThat(there.find(old.accessKey())).isEqualTo(disabled(old));
        });
        there.close();
        assertThat(homes.accounts("there").find(key.accessKey())).isEqualTo(key);
    }

    private Account.Key adas(Credential key) {
        return Objects.requireNonNull(accounts.state("ada").keys().get(key.accessKey()));
    }

    @Test
    void aKeyOfWhichOlderNodesHaveWrittenNoScopeIsForEverything() {
        var written =
                new EventData(
                        UUID.randomUUID(),
                        "KeyCreated",
                        1,
                        Instant.EPOCH,
                        EventData.Context.NONE,
                        Payload.of("{\"accessKey\":\"ak\",\"sealedSecret\":\"s\"}"));
        assertThat(AccountEvent.TYPES.event(written))
                .isInstanceOfSatisfying(
                        KeyCreated.class,
                        e -> {
                            assertThat(e.key().scope()).isEqualTo(KeyScope.ALL);
                            var data =
                                    AccountEvent.TYPES.data(
                                            written.id(),
                                            written.time(),
                                            written.context(),
                                            KeyCreated.of("ak", "s", KeyScope.ALL));
                            assertThat(data.payload().text()).isEqualTo(written.payload().text());
                        });
    }

    @Test
    void aKeyIsNotWidenedByWhoeverWritesToTheLog() throws Exception {
        accounts.create("ada", "Ada");
        var key = accounts.createKey("ada", KeyScope.parse(List.of("read"), List.of()));
        var sealed = adas(key).sealedSecret();
        var forged =
                AccountEvent.TYPES.data(
                        UUID.randomUUID(),
                        homes.now,
                        EventData.Context.NONE,
                        KeyCreated.of(key.accessKey(), sealed, KeyScope.ALL));
        homes.log.append(
                Append.to(
                        new StreamId(AccountEvent.CATEGORY, "ada"),
                        Expected.any(),
                        List.of(forged)),
                Duration.ofSeconds(10));

        assertThat(accounts.view().waitFor(homes.log.end(), Duration.ofSeconds(10))).isTrue();
        assertThat(accounts.find(key.accessKey())).isEqualTo(key);
        accounts.close();
        var later = homes.accounts("here"); // knows it by its index alone
        assertThat(later.find(key.accessKey())).isEqualTo(key);
    }

    @Test
    void aKeyOfALaterReleaseDoesWhatThisOneKnows() throws Exception {
        accounts.create("ada", "Ada");
        var later = KeyScope.ofEvent(List.of("read", "teleport"), List.of("photos"));

        var key = accounts.createKey("ada", later);

        assertThat(key.scope().allows(Act.READ, "photos", "a")).isTrue();
        assertThat(key.scope().allows(Act.WRITE, "photos", "a")).isFalse();
        var events = accounts.history("ada", 3, 1);
        assertThat(events.getFirst().data().payload().text())
                .contains("\"acts\":[\"read\",\"teleport\"]");
        var there = homes.accounts("there");
        await().untilAsserted(() -> assertThat(there.find(key.accessKey())).isEqualTo(key));
        there.close();
        assertThat(homes.accounts("there").find(key.accessKey())).isEqualTo(key);
        assertThat(accounts.rotateKey("ada", key.accessKey()).scope()).isEqualTo(later);
    }

    @Test
    void accountsAreNamedInPages() {
        for (var name : List.of("ada", "eve", "bob")) {
            accounts.create(name, name);
        }
        var first = accounts.names(null, 2);
        var rest = accounts.names(first.getLast(), 2);

        assertThat(first).hasSize(2);
        assertThat(rest).hasSize(1);
        assertThat(Stream.concat(first.stream(), rest.stream()))
                .containsExactlyInAnyOrder("ada", "bob", "eve");
    }

    @Test
    void aKeyOfAnotherAccountIsNotDisabled() {
        var adas = accounts.create("ada", "Ada");
        accounts.create("eve", "Eve");

        assertRefused(
                "404 no such key: " + adas.accessKey(),
                () -> accounts.disableKey("eve", adas.accessKey()));
        assertThat(accounts.find(adas.accessKey())).isEqualTo(adas);
    }

    @Test
    void secretsAreNotInTheLogNorInTheViews() throws Exception {
        var key = accounts.create("ada", "Ada");
        var node = homes.accounts("there");
        await().until(() -> node.find(key.accessKey()) != null);

        var events = homes.log.readAll(PositionVector.start(4), 100).events();
        assertThat(events).isNotEmpty();
        assertThat(events.toString() + events.getFirst().data().payload().text())
                .doesNotContain(key.secretKey());
        homes.close();
        var seen = 0;
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file, ISO_8859_1);
                assertThat(text.contains(key.secretKey())).as(file.toString()).isFalse();
                seen += text.contains(key.accessKey()) ? 1 : 0;
            }
        }
        assertThat(seen).isPositive();
        homes = new Homes(folder);
    }

    @Test
    void withAnotherSealNothingIsVerified() throws Exception {
        var key = accounts.create("ada", "Ada");
        var strange = homes.accountsSealedAlone("strange");

        strange.view().waitFor(homes.log.end(), Duration.ofSeconds(10));

        assertThat(strange.find(key.accessKey())).isNull();
        var own = strange.createKey("ada");
        assertThat(strange.find(own.accessKey())).isEqualTo(own);
    }

    @Test
    void whatCannotBeIsRefused() {
        accounts.create("ada", "Ada");

        assertRefused("409 there is one already", () -> accounts.create("ada", "Eve"));
        assertRefused("404 no such account", () -> accounts.createKey("eve"));
        assertRefused("404 no such account", () -> accounts.state("eve"));
        assertRefused("404 no such key: k", () -> accounts.rotateKey("ada", "k"));
        assertRefused("404 no such account", () -> withdraw(accounts, "eve", 1));
        assertRefused("400 credits are below 1: 0", () -> withdraw(accounts, "ada", 0));
        assertRefused("400 credits are below 1: -5", () -> deposit("ada", -5));
        assertRefused("400 owner is not of 1 to 256 characters", () -> accounts.create("eve", " "));
        for (var name : List.of("", "Ada", "a/b", "a\u0000", "\u4e2d", "a".repeat(65))) {
            assertRefused(
                    "400 name of an account is not 1 to 64 of a-z, 0-9 and hyphens: " + name,
                    () -> accounts.create(name, "Ada"));
        }
    }

    @Test
    void aDisabledKeyIsNotRotated() {
        var key = accounts.create("ada", "Ada").accessKey();
        accounts.disableKey("ada", key);

        assertRefused("409 key is disabled: " + key, () -> accounts.rotateKey("ada", key));
    }

    private Account deposit(String account, long credits) {
        return accounts.deposit(account, UUID.randomUUID(), credits, "paid");
    }

    private static boolean withdraw(Accounts accounts, String account, long credits) {
        return accounts.withdraw(account, UUID.randomUUID(), credits, "used");
    }

    @Test
    void depositsAndWithdrawalsAreMadeOnce() {
        accounts.create("ada", "Ada");
        var paid = UUID.randomUUID();
        var used = UUID.randomUUID();

        for (var i = 0; i < 3; i++) {
            accounts.deposit("ada", paid, 100, "paid");
            assertThat(accounts.withdraw("ada", used, 70, "used")).isTrue();
        }

        assertThat(accounts.state("ada").credits()).isEqualTo(30);
        assertThat(withdraw(accounts, "ada", 31)).isFalse();
        assertThat(accounts.state("ada").credits()).isEqualTo(30);
    }

    @Test
    void depositsDoNotOverflow() {
        accounts.create("ada", "Ada");
        deposit("ada", Long.MAX_VALUE);

        assertRefused("409 that is more than can be counted: 1", () -> deposit("ada", 1));
    }

    @Test
    void aBalanceIsNeverBelowZero() throws Exception {
        accounts.create("ada", "Ada");
        deposit("ada", 100);
        var there = homes.accounts("there");
        var withdrawals = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < 20; i++) {
            withdrawals.add(() -> withdraw(accounts, "ada", 7));
            withdrawals.add(() -> withdraw(there, "ada", 7));
        }

        var done = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var withdrawal : threads.invokeAll(withdrawals)) {
                done += withdrawal.get() ? 1 : 0;
            }
        }

        assertThat(done).isEqualTo(14);
        assertThat(accounts.state("ada").credits()).isEqualTo(2);
        assertThat(accounts.history("ada", 1, 100)).hasSize(3 + 14);
    }

    @Test
    void thePastIsReadable() {
        accounts.create("ada", "Ada");
        homes.now = Instant.parse("2026-02-01T00:00:00Z");
        deposit("ada", 10);
        homes.now = Instant.parse("2026-03-01T00:00:00Z");
        accounts.changeOwner("ada", "Grace");
        accounts.changeOwner("ada", "Grace");

        var january = Instant.parse("2026-01-31T00:00:00Z");
        var february = Instant.parse("2026-02-28T00:00:00Z");
        assertThat(accounts.stateAt("ada", january).credits()).isZero();
        assertThat(accounts.stateAt("ada", february).credits()).isEqualTo(10);
        assertThat(accounts.stateAt("ada", february).owner()).isEqualTo("Ada");
        assertThat(accounts.state("ada").owner()).isEqualTo("Grace");
        assertRefused("404 no such account", () -> accounts.stateAt("ada", Instant.EPOCH));
        assertThat(accounts.history("ada", 1, 100))
                .extracting(event -> event.data().type())
                .containsExactly(
                        "AccountCreated", "KeyCreated", "DepositPerformed", "OwnerChanged");
    }

    @Test
    void aLongHistoryIsNotReadAnewEachTime() throws Exception {
        var key = accounts.create("ada", "Ada");
        for (var i = 0; i < 110; i++) {
            deposit("ada", 1);
        }

        assertThat(accounts.state("ada").credits()).isEqualTo(110);
        assertThat(accounts.state("ada").signsWith(key.accessKey())).isTrue();
        assertThat(homes.log.version(new StreamId("storage.account.snapshot", "ada"))).isPositive();
    }
}
