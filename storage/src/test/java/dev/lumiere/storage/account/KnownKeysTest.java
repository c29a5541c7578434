package dev.lumiere.storage.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.storage.account.AccountEvent.KeyCreated;
import dev.lumiere.storage.account.AccountEvent.KeyDisabled;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownKeysTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir private Path folder;

    @Test
    void theOrderInWhichTheyAreToldDoesNotMatter() throws Exception {
        var seal = SecretSeal.in(folder, new SecureRandom());
        var sealed = seal.seal("ada", "ak", "sk");
        var random = new Random(1);
        for (var i = 0; i < 50; i++) {
            var keys = new KnownKeys(seal);
            var versions = new ArrayList<>(List.of(1, 2, 2, 3, 4, 4));
            Collections.shuffle(versions, random);

            for (var version : versions) { // disabled and enabled in turn
                var key = new Account.Key(sealed, version % 2 == 1, KeyScope.ALL);
                keys.learn("ada", "ak", key, version);
            }

            assertThat(keys.find("ak")).isEqualTo(new Credential("ak", "sk", "ada", false));
        }
    }

    @Test
    void whatIsForgedInTheLogChangesNobodyElsesKey() throws Exception {
        try (var homes = new Homes(folder)) {
            var accounts = homes.accounts("here");
            var key = accounts.create("ada", "Ada");
            var sealed = accounts.state("ada").keys().values().iterator().next().sealedSecret();
            var forged = new ArrayList<EventData>();
            for (var event :
                    List.of(
                            new KeyDisabled(key.accessKey()),
                            new KeyCreated(key.accessKey(), sealed, null, null),
                            new KeyCreated("new", sealed, null, null),
                            new KeyDisabled(key.accessKey()))) {
                forged.add(
                        AccountEvent.TYPES.data(
                                UUID.randomUUID(), homes.now, EventData.Context.NONE, event));
            }
            var eves = new StreamId(AccountEvent.CATEGORY, "eve");
            assertThat(homes.log.append(Append.to(eves, Expected.any(), forged), PATIENCE))
                    .isInstanceOf(Appended.class);
            var later = homes.accounts("later");

            for (var node : List.of(accounts, later)) {
                assertThat(node.view().waitFor(homes.log.end(), PATIENCE)).isTrue();
                assertThat(node.find(key.accessKey())).isEqualTo(key);
                assertThat(node.find("new")).isNull();
            }
        }
    }
}
