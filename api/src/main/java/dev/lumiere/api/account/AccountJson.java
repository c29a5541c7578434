package dev.lumiere.api.account;

import dev.lumiere.eventlog.Event;
import dev.lumiere.storage.account.Account;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Accounts and keys as they are told. Secrets are told of a key that was just made, and never
 * again.
 */
final class AccountJson {
    private static final String SEALED = "sealedSecret";

    private AccountJson() {}

    static JsonObject of(String name, Account account) {
        return JsonObject.of(
                "account", name,
                "owner", account.owner(),
                "credits", account.credits(),
                "keys", keys(account));
    }

    /** Those of an account, the oldest first. */
    static JsonArray keys(Account account) {
        var keys = new JsonArray();
        account.keys()
                .forEach(
                        (accessKey, key) -> keys.add(key(accessKey, key.isEnabled(), key.scope())));
        return keys;
    }

    private static JsonObject key(String accessKey, boolean isEnabled, KeyScope scope) {
        return JsonObject.of(
                "accessKey",
                accessKey,
                "enabled",
                isEnabled,
                "acts",
                new JsonArray(scope.words()),
                "buckets",
                new JsonArray(scope.places()));
    }

    static JsonObject of(Credential key) {
        return key(key.accessKey(), key.isEnabled(), key.scope()).put("account", key.account());
    }

    /** With its secret. */
    static JsonObject created(Credential key) {
        return of(key).put("secretKey", key.secretKey());
    }

    /** Without what is sealed in it, which is of use to nobody. */
    static JsonObject of(Event event) {
        var data = new JsonObject(event.data().payload().text());
        data.remove(SEALED);
        return JsonObject.of(
                "version", event.version(),
                "time", event.data().time().toString(),
                "type", event.data().type(),
                "data", data);
    }
}
