package dev.lumiere.api.account;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.account.Accounts;
import dev.lumiere.storage.account.FirstAccount;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import io.vertx.core.json.JsonObject;

/**
 * Keys of accounts:
 *
 * <pre>{@code
 * POST /v1/keys                {"account": "ada", "acts": ["read", "write"],
 *                               "buckets": ["photos", "albums:2026/"]}
 *                              the key with its secret, shown once; without acts or buckets, for all
 * GET  /v1/keys?account=ada    {"keys": [{"accessKey", "enabled", "acts", "buckets"}, …]}
 * POST /v1/keys/KEY/disable    it signs nothing any more; POST /v1/keys/KEY/enable: again
 * POST /v1/keys/KEY/rotate     a new key of the same scope, with its secret; the old one is disabled
 * }</pre>
 *
 * <p>Without an account, that of whoever calls is meant.
 */
final class KeyCalls {
    private static final String PATH = "/v1/keys";

    private final Accounts accounts;

    KeyCalls(Accounts accounts) {
        this.accounts = accounts;
    }

    void addTo(AccountCalls calls) {
        calls.on(PATH, this::keys);
        calls.on(PATH + "/", this::key);
    }

    private void keys(AccountCall call) {
        switch (call.method()) {
            case "GET" -> list(call);
            case "POST" -> create(call);
            case String _ -> throw call.wrongMethod("GET, POST");
        }
    }

    private void list(AccountCall call) {
        call.checkParameters("account");
        var asked = call.parameter("account");
        var account = asked == null ? call.signer().account() : asked;
        call.requireOwner(account);
        call.answer(200, JsonObject.of("keys", AccountJson.keys(accounts.state(account))));
    }

    private void create(AccountCall call) {
        call.checkParameters();
        var body = call.body("account", "acts", "buckets");
        var asked = body.text("account");
        var account = asked.isEmpty() ? call.signer().account() : asked;
        call.requireOwner(account);
        KeyScope scope;
        try {
            scope = KeyScope.parse(body.texts("acts"), body.texts("buckets"));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(AccountCall.echoed(String.valueOf(e.getMessage()))).refused();
        }
        call.answer(201, AccountJson.created(accounts.createKey(account, scope)));
    }

    /** {@code /v1/keys/KEY/ACT}. */
    private void key(AccountCall call) {
        var rest = call.below(PATH + "/");
        var slash = rest.indexOf('/');
        var act = slash < 0 ? "" : rest.substring(slash + 1);
        if (!act.equals("disable") && !act.equals("enable") && !act.equals("rotate")) {
            throw Problem.notFound("no such path: " + AccountCall.echoed(rest)).refused();
        }
        call.requireMethod("POST");
        call.checkParameters();
        var key = found(call, rest.substring(0, slash));
        switch (act) {
            case "disable" -> {
                if (key.accessKey().equals(call.signer().accessKey())) {
                    throw Problem.of(
                                    409,
                                    "the key that signs this call cannot disable itself:"
                                            + " use another, or rotate it")
                            .refused();
                }
                accounts.disableKey(key.account(), key.accessKey());
                call.answer(200, AccountJson.of(key.enabled(false)));
            }
            case "enable" -> {
                accounts.enableKey(key.account(), key.accessKey());
                call.answer(200, AccountJson.of(key.enabled(true)));
            }
            default ->
                    call.answer(
                            201,
                            AccountJson.created(
                                    accounts.rotateKey(key.account(), key.accessKey())));
        }
    }

    /** Another account's is as if it were not there. */
    private Credential found(AccountCall call, String accessKey) {
        call.requireOwner(call.signer().account());
        var key = accounts.find(accessKey);
        var isOperator = call.signer().account().equals(FirstAccount.NAME);
        if (key == null || !(isOperator || key.account().equals(call.signer().account()))) {
            throw Problem.notFound("no such key: " + AccountCall.echoed(accessKey)).refused();
        }
        return key;
    }
}
