package dev.lumiere.storage.account;

import static dev.lumiere.storage.account.Homes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import dev.lumiere.storage.sign.ManagementSignature;
import dev.lumiere.storage.sign.UploadToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are made and disabled at one node, and used at another that has heard nothing yet. */
class SharedAccountsTest {
    @TempDir private Path folder;
    private Homes homes;
    private FollowingLogDevice device;
    private EventLog otherLog;
    private Accounts accounts;
    private Accounts other;

    @BeforeEach
    void open() throws Exception {
        homes = new Homes(folder);
        device = new FollowingLogDevice(homes.log);
        otherLog = device.open();
        accounts = homes.accounts("here");
        other = homes.accounts("there", otherLog);
    }

    @AfterEach
    void close() throws Exception {
        other.close();
        otherLog.close();
        homes.close();
    }

    private static String token(Credential key) {
        return UploadToken.sign(key, "{\"scope\":\"photos\",\"deadline\":4102444800}");
    }

    @Test
    void aKeySignsAtTheOtherAsSoonAsItIsMade() {
        var first = accounts.create("ada", "Ada");
        assertThat(other.find(first.accessKey())).isNull();
        assertThat(other.lookUp(first.accessKey())).isEqualTo(first);
        assertThat(other.find(first.accessKey())).isEqualTo(first);

        var second = accounts.createKey("ada");
        assertThat(UploadToken.verify(token(second), other).credential()).isEqualTo(second);
    }

    @Test
    void aKeyThatIsEnabledAgainSignsAtOnce() {
        var key = accounts.create("ada", "Ada");
        accounts.disableKey("ada", key.accessKey());
        assertThat(other.lookUp(key.accessKey())).isEqualTo(key.enabled(false));

        accounts.enableKey("ada", key.accessKey());

        assertThat(other.lookUp(key.accessKey())).isEqualTo(key);
    }

    @Test
    void aKeyThatWasDisabledIsRefusedOnceTheOtherHasHeardOfAnythingSince() {
        var key = accounts.create("ada", "Ada");
        var signature = new ManagementSignature(other, () -> homes.now);
        assertThat(other.lookUp(key.accessKey())).isEqualTo(key);
        signature.confirm(key);
        accounts.disableKey("ada", key.accessKey());

        other.catchUp();

        assertThat(other.find(key.accessKey())).isEqualTo(key.enabled(false));
        assertRefused("401 bad token", () -> signature.confirm(key));
        assertRefused("401 bad token", () -> UploadToken.verify(token(key), other));
    }

    /** As after a call that has waited for the catalog. */
    @Test
    void whatTheLogHasToldIsGoneByEvenIfTheViewHasNotComeSoFar() throws Exception {
        var key = accounts.create("ada", "Ada");
        assertThat(other.stillSigns(key.accessKey())).isFalse();
        otherLog.catchUp(Duration.ofSeconds(10));
        assertThat(other.stillSigns(key.accessKey())).isTrue();
    }

    @Test
    void noChangeIsRefusedForWhatWasDoneElsewhere() {
        accounts.create("ada", "Ada");
        assertThat(other.deposit("ada", UUID.randomUUID(), 5, "paid").credits()).isEqualTo(5);

        accounts.deposit("ada", UUID.randomUUID(), 20, "paid");
        assertThat(other.withdraw("ada", UUID.randomUUID(), 25, "used")).isTrue();
        assertThat(other.withdraw("ada", UUID.randomUUID(), 1, "used")).isFalse();

        accounts.create("eve", "Eve");
        assertThat(other.state("eve").owner()).isEqualTo("Eve");
        assertRefused("404 no such account", () -> other.state("bob"));
    }

    @Test
    void aKeyThatWasJustMadeElsewhereIsRotated() {
        var first = accounts.create("ada", "Ada");
        assertThat(other.lookUp(first.accessKey())).isEqualTo(first);
        var second = accounts.createKey("ada", KeyScope.parse(List.of("read"), List.of("photos")));

        var third = other.rotateKey("ada", second.accessKey());

        assertThat(third.scope()).isEqualTo(second.scope());
        assertThat(other.lookUp(third.accessKey())).isEqualTo(third);
        assertRefused("404 no such key: x", () -> other.rotateKey("ada", "x"));
    }

    @Test
    void whatWasJustPaidElsewhereIsThereForWhoIsCharged() {
        accounts.create("ada", "Ada");
        try (var slices = new Slices(other, 10, "there", folder.resolve("slices"))) {
            assertRefused(
                    "402 account ada has no credits left: this takes 5",
                    () -> slices.charge("ada", 5));

            accounts.deposit("ada", UUID.randomUUID(), 5, "paid");
            slices.charge("ada", 5);

            accounts.deposit("ada", UUID.randomUUID(), 5, "paid");
            device.canCatchUp(false);
            assertRefused(
                    "402 account ada has no credits left: this takes 5",
                    () -> slices.charge("ada", 5));
        }
    }

    @Test
    void unknownKeysAskTheLogFewTimesForMany() throws Exception {
        var asked = device.timesCaughtUp();
        var strangers = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < 2000; i++) {
            var name = "unknown-" + i;
            strangers.add(() -> other.lookUp(name) == null);
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var stranger : threads.invokeAll(strangers)) {
                assertThat(stranger.get()).isTrue();
            }
        }
        assertThat(device.timesCaughtUp() - asked).isBetween(1, 1000);
    }

    @Test
    void whileTheLogIsAwayKnownKeysSignAndOthersAreRefused() {
        var key = accounts.create("ada", "Ada");
        assertThat(other.lookUp(key.accessKey())).isEqualTo(key);
        var later = accounts.createKey("ada");
        device.canCatchUp(false);

        assertThat(other.lookUp(later.accessKey())).isNull();
        assertThat(other.lookUp(key.accessKey())).isEqualTo(key);
        assertThat(other.stillSigns(key.accessKey())).isTrue();
    }
}
