package dev.lumiere.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.account.Accounts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Accounts, their prepaid credits and their history:
 *
 * <pre>{@code
 * POST /v1/accounts                   {"account": "ada", "owner": "Ada"}
 *                                     the account, and its first key with its secret, shown once
 * GET  /v1/accounts?after=…&max=…     {"accounts": ["ada", …], "next": "ada"}
 * GET  /v1/accounts/ada?at=TIME       {"account": …, "owner": …, "credits": 30, "keys": […]}
 * POST /v1/accounts/ada/deposits      {"credits": 100, "reason": "paid", "id": UUID}
 * POST /v1/accounts/ada/withdrawals   the same; 409 if there are not so many
 * GET  /v1/accounts/ada/history?from=1&max=100
 *                                     {"events": [{"version", "time", "type", "data"}], "next": 5}
 * }</pre>
 *
 * <p>{@code next} is left out at the end. A deposit or withdrawal that comes again with its id is
 * not made again. Refusals are problem documents (RFC 9457).
 */
public final class AccountHandler implements Face {
    private static final String PATH = "/v1/accounts";
    private static final int MAX_PAGE = 1000;
    private static final int PAGE = 100;

    private final Accounts accounts;
    private final InstantSource clock;

    public AccountHandler(Accounts accounts, InstantSource clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public void addTo(ServiceServer server) {
        server.withProblems(ProblemForm.RFC_9457);
        var calls = new AccountCalls(server, accounts, clock);
        calls.on(PATH, this::accounts);
        calls.on(PATH + "/", this::account);
        new KeyCalls(accounts).addTo(calls);
    }

    private void accounts(AccountCall call) {
        switch (call.method()) {
            case "GET" -> list(call);
            case "POST" -> create(call);
            case String _ -> throw call.wrongMethod("GET, POST");
        }
    }

    private void list(AccountCall call) {
        call.checkParameters("after", "max");
        call.requireOperator();
        var max = (int) call.number("max", PAGE, 1, MAX_PAGE);
        var names = accounts.names(call.parameter("after"), max);
        var page = JsonObject.of("accounts", new JsonArray(names));
        call.answer(200, names.size() < max ? page : page.put("next", names.getLast()));
    }

    private void create(AccountCall call) {
        call.checkParameters();
        call.requireOperator();
        var body = call.body("account", "owner");
        var name = body.text("account");
        var owner = body.text("owner");
        var key = accounts.create(name, owner.isEmpty() ? name : owner);
        call.answer(
                201,
                AccountJson.of(name, accounts.state(name)).put("key", AccountJson.created(key)));
    }

    /** {@code /v1/accounts/NAME} and what is below. */
    private void account(AccountCall call) {
        var rest = call.below(PATH + "/");
        var slash = rest.indexOf('/');
        var name = slash < 0 ? rest : rest.substring(0, slash);
        switch (slash < 0 ? "" : rest.substring(slash + 1)) {
            case "" -> show(call, name);
            case "deposits" -> deposit(call, name);
            case "withdrawals" -> withdraw(call, name);
            case "history" -> history(call, name);
            default -> throw Problem.notFound("no such path: " + rest).refused();
        }
    }

    private void show(AccountCall call, String name) {
        call.requireMethod("GET");
        call.checkParameters("at");
        call.requireOwner(name);
        var at = call.instant("at");
        var state = at == null ? accounts.state(name) : accounts.stateAt(name, at);
        call.answer(200, AccountJson.of(name, state));
    }

    private void deposit(AccountCall call, String name) {
        var body = change(call);
        var state =
                accounts.deposit(name, id(call, body), body.number("credits"), body.text("reason"));
        call.answer(200, JsonObject.of("account", name, "credits", state.credits()));
    }

    private void withdraw(AccountCall call, String name) {
        var body = change(call);
        var credits = body.number("credits");
        if (!accounts.withdraw(name, id(call, body), credits, body.text("reason"))) {
            throw Problem.of(
                            409,
                            "only %d credits are there, not %d"
                                    .formatted(accounts.state(name).credits(), credits))
                    .refused();
        }
        call.answer(200, JsonObject.of("account", name, "credits", accounts.state(name).credits()));
    }

    private static AccountCall.Body change(AccountCall call) {
        call.requireMethod("POST");
        call.checkParameters();
        call.requireOperator();
        return call.body("credits", "reason", "id");
    }

    /** Without one the signature, which has the second of the call, is what tells calls apart. */
    private static UUID id(AccountCall call, AccountCall.Body body) {
        var text = body.text("id");
        try {
            return text.isEmpty()
                    ? UUID.nameUUIDFromBytes(call.signature().getBytes(UTF_8))
                    : UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("id is no UUID: " + AccountCall.echoed(text)).refused();
        }
    }

    private void history(AccountCall call, String name) {
        call.requireMethod("GET");
        call.checkParameters("from", "max");
        call.requireOwner(name);
        var from = call.number("from", 1, 1, Long.MAX_VALUE);
        var max = (int) call.number("max", PAGE, 1, MAX_PAGE);
        var events = accounts.history(name, from, max);
        if (events.isEmpty()) {
            accounts.state(name); // 404 if there is no such account
        }
        var told = new JsonArray();
        events.forEach(event -> told.add(AccountJson.of(event)));
        var page = JsonObject.of("events", told);
        call.answer(
                200, events.size() < max ? page : page.put("next", events.getLast().version() + 1));
    }
}
