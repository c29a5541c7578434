package dev.lumiere.storage.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstAccountTest {
    @TempDir private Path folder;
    private Homes homes;
    private Accounts accounts;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        homes = new Homes(folder);
        accounts = homes.accounts("here");
        file = homes.home("here").resolve("credentials.json");
    }

    @AfterEach
    void close() throws Exception {
        homes.close();
    }

    private FirstAccount first() throws IOException {
        return FirstAccount.in(homes.home("here"), accounts);
    }

    @Test
    void theFirstStartMakesAKeyThatSigns() throws Exception {
        var first = first();

        assertThat(first.isNew()).isTrue();
        assertThat(accounts.find(first.credential().accessKey())).isEqualTo(first.credential());
        var json = new JsonMapper().readTree(file.toFile());
        assertThat(json.get("accessKey").textValue()).isEqualTo(first.credential().accessKey());
        assertThat(json.get("secretKey").textValue()).isEqualTo(first.credential().secretKey());
        assertThat(json.size()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(homes.home("here"))) {
            assertThat(files)
                    .extracting(f -> f.getFileName().toString())
                    .containsExactlyInAnyOrder("credentials.json", "views");
        }
    }

    @Test
    void theNextStartLeavesAllAsItIs() throws Exception {
        var first = first();
        var events = homes.log.end();

        var next = first();

        assertThat(next).isEqualTo(new FirstAccount(first.credential(), false));
        assertThat(homes.log.end()).isEqualTo(events);
    }

    @Test
    void whoWasKilledBeforeTheFileGoesOnWithTheSameKey() throws Exception {
        var first = first();
        Files.delete(file); // as if it had never come so far
        Files.writeString(file.resolveSibling("credentials.json.new"), "{\"acc");

        assertThat(first()).isEqualTo(first);
        assertThat(accounts.state(FirstAccount.NAME).keys()).hasSize(1);
    }

    @Test
    void nodesThatStartTogetherHaveOneKey() throws Exception {
        var starts = new ArrayList<Callable<FirstAccount>>();
        for (var name : new String[] {"a", "b", "c", "d"}) {
            var there = homes.accounts(name);
            starts.add(() -> FirstAccount.in(homes.home(name), there));
        }

        var keys = new HashSet<Object>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var start : threads.invokeAll(starts)) {
                keys.add(start.get());
            }
        }

        assertThat(keys).hasSize(1);
        assertThat(accounts.state(FirstAccount.NAME).keys()).hasSize(1);
    }

    @Test
    void aFileThatIsThereBeforeSaysWhichKey() throws Exception {
        write("{\"accessKey\":\"ak\",\"secretKey\":\"sk\"}", "rw-------");

        var first = first();

        assertThat(first.isNew()).isFalse();
        assertThat(first.credential().secretKey()).isEqualTo("sk");
        assertThat(accounts.find("ak")).isEqualTo(first.credential());
    }

    @Test
    void afterARotationTheFileIsLeftAndANewOneHasTheNewKey() throws Exception {
        var old = first().credential();
        var now = accounts.rotateKey(FirstAccount.NAME, old.accessKey());

        assertThat(first()).isEqualTo(new FirstAccount(old, false));
        Files.delete(file);
        assertThat(first()).isEqualTo(new FirstAccount(now, true));

        accounts.disableKey(FirstAccount.NAME, now.accessKey());
        Files.delete(file);
        var third = first().credential();
        assertThat(third).isNotEqualTo(now);
        assertThat(accounts.find(third.accessKey())).isEqualTo(third);
    }

    private void write(String text, String mode) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"accessKey\":\"ak\"}",
                "{\"accessKey\":\"ak\",\"secretKey\":\"\"}",
                "{\"accessKey\":\"a:k\",\"secretKey\":\"tell\"}",
                "{\"accessKey\":7,\"secretKey\":[\"tell\"]}",
                "{\"accessKey\":\"ak\",\"secretKey\":\"tell",
            })
    void anythingElseInTheFileIsToldButNotRepeated(String text) throws Exception {
        write(text, "rw-------");

        assertThatThrownBy(this::first)
                .isInstanceOf(IOException.class)
                .hasMessage("no accessKey and secretKey in " + file);
        assertThat(file).hasContent(text);
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        write("{\"accessKey\":\"ak\",\"secretKey\":\"sk\"}", "rw-r-----");

        assertThatThrownBy(this::first)
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not of mode 0600: [GROUP_READ]");
    }

    @Test
    void aNodeWithAnotherSealDoesNotBegin() throws Exception {
        first();
        var strange = homes.accountsSealedAlone("strange");

        assertThatThrownBy(() -> FirstAccount.in(homes.home("strange"), strange))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sealed with another secrets.key")
                .hasMessageContaining("storage.secretsKey");
    }
}
