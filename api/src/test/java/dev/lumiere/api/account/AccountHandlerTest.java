package dev.lumiere.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.api.account.AccountServer.Answer;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import dev.lumiere.storage.sign.OutgoingSignature;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountHandlerTest {
    @TempDir private Path folder;
    private AccountServer server;

    @BeforeEach
    void start() throws Exception {
        server = new AccountServer(folder);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Answer get(String target) throws Exception {
        return server.get(server.operator, target);
    }

    private Answer post(String target, Object... fields) throws Exception {
        var body = new JsonObject();
        for (var i = 0; i < fields.length; i += 2) {
            body.put((String) fields[i], fields[i + 1]);
        }
        return server.post(server.operator, target, body);
    }

    private static void assertRefused(int status, String detail, Answer answer) {
        assertThat(answer.json()).isEqualTo(JsonObject.of("status", status, "detail", detail));
        assertThat(answer.status()).isEqualTo(status);
    }

    private Credential known(JsonObject key) {
        return Objects.requireNonNull(server.accounts.find(key.getString("accessKey")));
    }

    @Test
    void anAccountIsMadeWithAKeyThatSigns() throws Exception {
        var made = post("/v1/accounts", "account", "ada", "owner", "Ada");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().getString("owner")).isEqualTo("Ada");
        assertThat(made.json().getLong("credits")).isZero();
        var key = made.json().getJsonObject("key");
        assertThat(known(key).secretKey()).isEqualTo(key.getString("secretKey"));
        assertThat(known(key).account()).isEqualTo("ada");
        assertThat(get("/v1/accounts").json().getJsonArray("accounts"))
                .containsExactlyInAnyOrder("first", "ada");
        assertRefused(409, "there is one already", post("/v1/accounts", "account", "ada"));
        assertRefused(
                400,
                "name of an account is not 1 to 64 of a-z, 0-9 and hyphens: Ada",
                post("/v1/accounts", "account", "Ada"));
    }

    /** Another node hears of the log only what it asks for. */
    @Test
    void whatWasDoneAtOneNodeIsGoneByAtAnother() throws Exception {
        try (var other =
                new AccountServer(
                        folder.resolve("other"),
                        new FollowingLogDevice(server.log).open(),
                        folder)) {
            var made = post("/v1/accounts", "account", "ada").json().getJsonObject("key");
            var key = known(made);
            var path = "/v1/keys/" + key.accessKey();

            assertThat(other.get(key, "/v1/accounts/ada").status()).isEqualTo(200);
            post("/v1/accounts/ada/deposits", "credits", 5);
            assertThat(other.get(key, "/v1/accounts/ada").json().getLong("credits")).isEqualTo(5);
            post("/v1/keys", "account", "ada");
            assertThat(other.get(key, "/v1/keys").json().getJsonArray("keys")).hasSize(2);

            assertThat(post(path + "/disable").status()).isEqualTo(200);
            assertThat(other.get(key, "/v1/keys").status()).isEqualTo(401);
            assertThat(post(path + "/enable").status()).isEqualTo(200);
            assertThat(other.get(key, "/v1/keys").status()).isEqualTo(200);
        }
    }

    @Test
    void creditsGoInAndOutOnceAndNeverBelowZero() throws Exception {
        var id = UUID.randomUUID().toString();
        for (var i = 0; i < 2; i++) {
            var paid =
                    post("/v1/accounts/first/deposits", "credits", 100, "reason", "paid", "id", id);
            assertThat(paid.json().getLong("credits")).isEqualTo(100);
        }
        assertThat(post("/v1/accounts/first/withdrawals", "credits", 70).json().getLong("credits"))
                .isEqualTo(30);
        assertRefused(
                409,
                "only 30 credits are there, not 31",
                post("/v1/accounts/first/withdrawals", "credits", 31));
        assertThat(get("/v1/accounts/first").json().getLong("credits")).isEqualTo(30);
        assertRefused(404, "no such account", post("/v1/accounts/eve/deposits", "credits", 1));
    }

    @Test
    void theSameCallAgainIsTheSame() throws Exception {
        for (var credits : new int[] {100, 100}) {
            var paid = post("/v1/accounts/first/deposits", "credits", credits);
            assertThat(paid.json().getLong("credits")).isEqualTo(100);
        }
        server.now = server.now.plusSeconds(1);
        assertThat(post("/v1/accounts/first/deposits", "credits", 100).json().getLong("credits"))
                .isEqualTo(200);
    }

    @Test
    void whatIsNotSignedIsNoBody() throws Exception {
        assertRefused(
                415,
                "the body is no application/json",
                server.send(
                        HttpRequest.newBuilder(server.uri("/v1/accounts/first/deposits"))
                                .header("Content-Type", "application/octet-stream")
                                .header("X-Qiniu-Date", "20260101T000000Z")
                                .header("Authorization", "Qiniu a:b")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"credits\":9}"))));
    }

    @Test
    void thePastIsTold() throws Exception {
        server.now = server.now.plusSeconds(60);
        post("/v1/accounts/first/deposits", "credits", 100, "reason", "paid");
        server.now = server.now.plusSeconds(60);
        post("/v1/accounts/first/withdrawals", "credits", 1, "reason", "used");

        assertThat(get("/v1/accounts/first?at=2026-01-01T00:00:59Z").json().getLong("credits"))
                .isZero();
        assertThat(get("/v1/accounts/first?at=2026-01-01T00:01:59Z").json().getLong("credits"))
                .isEqualTo(100);
        assertThat(get("/v1/accounts/first").json().getLong("credits")).isEqualTo(99);
        var first = get("/v1/accounts/first/history?max=3").json();
        assertThat(first.getLong("next")).isEqualTo(4);
        assertThat(first.encode()).doesNotContain("sealedSecret");
        var rest = get("/v1/accounts/first/history?from=4").json();
        assertThat(rest.getJsonArray("events"))
                .containsExactly(
                        JsonObject.of(
                                "version",
                                4,
                                "time",
                                "2026-01-01T00:02:00Z",
                                "type",
                                "WithdrawalPerformed",
                                "data",
                                JsonObject.of("credits", 1, "reason", "used")));
        assertThat(rest.containsKey("next")).isFalse();
    }

    @Test
    void aKeyIsMadeListedDisabledEnabledAndRotated() throws Exception {
        var made =
                post(
                        "/v1/keys",
                        "acts",
                        JsonArray.of("write", "read"),
                        "buckets",
                        JsonArray.of("photos", "albums:2026/"));
        assertThat(made.status()).isEqualTo(201);
        var key = made.json().getString("accessKey");
        assertThat(known(made.json()).scope())
                .isEqualTo(
                        KeyScope.parse(
                                List.of("read", "write"), List.of("photos", "albums:2026/")));

        var listed = get("/v1/keys").json().getJsonArray("keys");
        assertThat(listed).hasSize(2);
        assertThat(listed.encode()).doesNotContain("secretKey");
        assertThat(listed.getJsonObject(1))
                .isEqualTo(
                        JsonObject.of(
                                "accessKey",
                                key,
                                "enabled",
                                true,
                                "acts",
                                JsonArray.of("read", "write"),
                                "buckets",
                                JsonArray.of("albums:2026/", "photos")));

        assertThat(post("/v1/keys/" + key + "/disable").json().getBoolean("enabled")).isFalse();
        assertThat(known(made.json()).isEnabled()).isFalse();
        assertRefused(409, "key is disabled: " + key, post("/v1/keys/" + key + "/rotate"));
        assertThat(post("/v1/keys/" + key + "/enable").json().getBoolean("enabled")).isTrue();
        assertThat(known(made.json()).isEnabled()).isTrue();

        var rotated = post("/v1/keys/" + key + "/rotate");
        assertThat(rotated.status()).isEqualTo(201);
        assertThat(known(rotated.json()).scope()).isEqualTo(known(made.json()).scope());
        assertThat(known(made.json()).isEnabled()).isFalse();
        assertRefused(404, "no such key: nobody", post("/v1/keys/nobody/disable"));
    }

    @Test
    void nobodyLocksHimselfOut() throws Exception {
        var own = server.operator.accessKey();
        assertRefused(
                409,
                "the key that signs this call cannot disable itself: use another, or rotate it",
                post("/v1/keys/" + own + "/disable"));

        var next = post("/v1/keys/" + own + "/rotate").json();

        assertRefused(401, "bad token", get("/v1/keys"));
        assertThat(server.get(known(next), "/v1/keys").status()).isEqualTo(200);
    }

    @Test
    void othersSeeAndChangeOnlyWhatIsTheirs() throws Exception {
        var ada = server.accounts.create("ada", "Ada");
        var narrow = server.accounts.createKey("ada", KeyScope.parse(List.of("manage"), List.of()));
        var operators = server.operator.accessKey();

        assertThat(server.get(ada, "/v1/accounts/ada").status()).isEqualTo(200);
        assertThat(server.get(ada, "/v1/accounts/ada/history").status()).isEqualTo(200);
        assertThat(server.post(ada, "/v1/keys", new JsonObject()).json().getString("account"))
                .isEqualTo("ada");
        var no = "key %s may not do that".formatted(ada.accessKey());
        assertRefused(403, no, server.get(ada, "/v1/accounts/first"));
        assertRefused(403, no, server.get(ada, "/v1/accounts"));
        assertRefused(403, no, server.get(ada, "/v1/keys?account=first"));
        var paid = JsonObject.of("credits", 1);
        assertRefused(403, no, server.post(ada, "/v1/accounts/ada/deposits", paid));
        assertRefused(403, no, server.post(ada, "/v1/accounts", new JsonObject()));
        assertRefused(
                404,
                "no such key: " + operators,
                server.post(ada, "/v1/keys/" + operators + "/disable", new JsonObject()));
        no = "key %s may not do that".formatted(narrow.accessKey());
        assertRefused(403, no, server.get(narrow, "/v1/accounts/ada"));
        assertRefused(403, no, server.post(narrow, "/v1/keys", new JsonObject()));
        assertRefused(
                403,
                no,
                server.post(narrow, "/v1/keys/" + ada.accessKey() + "/disable", new JsonObject()));
        assertThat(server.accounts.find(operators)).isEqualTo(server.operator);
    }

    @Test
    void whatIsNotSignedOrLongAgoOrWithoutADateIsRefused() throws Exception {
        var unsigned =
                "not signed: Authorization: Qiniu … with X-Qiniu-Date;"
                        + " ./lumiere key and account do so";
        assertRefused(401, unsigned, server.send(HttpRequest.newBuilder(server.uri("/v1/keys"))));
        var dateless =
                OutgoingSignature.qiniu(
                        server.operator,
                        "GET",
                        server.uri("/v1/keys"),
                        AccountServer.TYPE,
                        new byte[0]);
        assertRefused(
                401,
                unsigned,
                server.send(
                        HttpRequest.newBuilder(server.uri("/v1/keys"))
                                .header("Content-Type", AccountServer.TYPE)
                                .header("Authorization", dateless)));
        var late = server.now.minus(Duration.ofMinutes(16));
        assertThat(server.call(server.operator, "GET", "/v1/keys", "", late).status())
                .isEqualTo(401);
        var forged = new Credential(server.operator.accessKey(), "x", "first", true);
        assertRefused(401, "bad token", server.get(forged, "/v1/keys"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/keys|{\"acts\":[\"fly\"]}|no kind of act: fly (there are [read, write, delete,"
                        + " manage])",
                "/v1/keys|{\"acts\":\"read\"}|no list of texts: acts",
                "/v1/keys|{\"buckets\":[1]}|no list of texts: buckets",
                "/v1/keys|{\"secretKey\":\"mine\"}|no such field: secretKey",
                "/v1/keys|[]|the body is no JSON object",
                "/v1/keys|{|the body is no JSON object",
                "/v1/keys?account=first|{}|no such parameter: account",
                "/v1/accounts|{\"account\":7}|no text: account",
                "/v1/accounts/first/deposits|{}|no whole number: credits",
                "/v1/accounts/first/deposits|{\"credits\":1.5}|no whole number: credits",
                "/v1/accounts/first/deposits|{\"credits\":-5}|credits are below 1: -5",
                "/v1/accounts/first/deposits|{\"credits\":99999999999999999999}|no whole number:"
                        + " credits",
                "/v1/accounts/first/deposits|{\"credits\":1,\"id\":\"x\"}|id is no UUID: x",
            })
    void whatIsWrongIsNamed(String target, String body, String detail) throws Exception {
        assertRefused(400, detail, server.call(server.operator, "POST", target, body, server.now));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/accounts/first?at=noon",
                "/v1/accounts/first?when=noon",
                "/v1/accounts?max=0",
                "/v1/accounts?max=1&max=2",
                "/v1/accounts/First",
                "/v1/accounts/first/history?from=0",
                "/v1/accounts/first/history?max=1001"
            })
    void whatCannotBeAskedIsRefused(String target) throws Exception {
        assertThat(get(target).status()).isEqualTo(400);
    }

    @Test
    void otherMethodsAndPathsAreNotThere() throws Exception {
        assertThat(server.call(server.operator, "DELETE", "/v1/keys", "", server.now).status())
                .isEqualTo(405);
        assertThat(get("/v1/accounts/first/deposits").status()).isEqualTo(405);
        assertThat(get("/v1/accounts/first/secrets").status()).isEqualTo(404);
        assertThat(get("/v1/keys/x/steal").status()).isEqualTo(404);
        assertThat(get("/v1/accounts/eve").status()).isEqualTo(404);
    }
}
