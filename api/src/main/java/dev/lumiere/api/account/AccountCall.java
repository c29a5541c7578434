package dev.lumiere.api.account;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.account.FirstAccount;
import dev.lumiere.storage.sign.Credential;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call whose signature is right; what is wrong with it otherwise is refused by its name.
 *
 * @param signer by whose key
 */
record AccountCall(Exchange exchange, Buffer sent, Credential signer) {
    private static final int MAX_ECHOED = 200;

    /** The header that signs it. */
    String signature() {
        return String.valueOf(exchange.request().getHeader("Authorization"));
    }

    String method() {
        return exchange.request().method().name();
    }

    void requireMethod(String method) {
        if (!method().equals(method)) {
            throw wrongMethod(method);
        }
    }

    Problem.Refused wrongMethod(String allowed) {
        exchange.request().response().putHeader("Allow", allowed);
        return Problem.of(405, method() + " is none of " + allowed).refused();
    }

    /**
     * Only whoever runs the installation may: a key of the first account that may do everything.
     */
    void requireOperator() {
        requireOwner(FirstAccount.NAME);
    }

    /** That account itself may, and whoever runs the installation. */
    void requireOwner(String account) {
        var isOwner =
                signer.account().equals(FirstAccount.NAME) || signer.account().equals(account);
        if (!isOwner || !signer.scope().allowsAll()) {
            throw Problem.of(403, "key %s may not do that".formatted(signer.accessKey())).refused();
        }
    }

    /** The path behind a prefix; names and keys need no decoding. */
    String below(String prefix) {
        return String.valueOf(exchange.request().path()).substring(prefix.length());
    }

    /** Refuses all parameters but those. */
    void checkParameters(String... known) {
        var parameters = exchange.request().params();
        for (var name : parameters.names()) {
            if (!Set.of(known).contains(name)) {
                throw Problem.badRequest("no such parameter: " + echoed(name)).refused();
            }
            if (parameters.getAll(name).size() > 1) {
                throw Problem.badRequest("parameter twice: " + name).refused();
            }
        }
    }

    /** Null if it is not there. */
    @Nullable String parameter(String name) {
        return exchange.request().getParam(name);
    }

    long number(String name, long otherwise, long min, long max) {
        var text = parameter(name);
        if (text == null) {
            return otherwise;
        }
        try {
            var number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same
        }
        throw Problem.badRequest(
                        "%s is not from %d to %d: %s".formatted(name, min, max, echoed(text)))
                .refused();
    }

    /** Null if it is not there. */
    @Nullable Instant instant(String name) {
        var text = parameter(name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException _) {
            throw Problem.badRequest(name + " is not such as 2026-11-29T10:15:30Z: " + echoed(text))
                    .refused();
        }
    }

    /** The body, with no fields but those. */
    Body body(String... known) {
        JsonObject json;
        try {
            json = new JsonObject(sent);
        } catch (DecodeException | ClassCastException _) {
            throw Problem.badRequest("the body is no JSON object").refused();
        }
        for (var name : json.fieldNames()) {
            if (!Set.of(known).contains(name)) {
                throw Problem.badRequest("no such field: " + echoed(name)).refused();
            }
        }
        return new Body(json);
    }

    /** Fields of a body. */
    record Body(JsonObject json) {
        /** Empty if it is not there. */
        String text(String name) {
            return switch (json.getValue(name)) {
                case null -> "";
                case String text -> text;
                default -> throw Problem.badRequest("no text: " + name).refused();
            };
        }

        /** A whole number, which must be there. */
        long number(String name) {
            return switch (json.getValue(name)) {
                case Integer number -> number;
                case Long number -> number;
                case null, default ->
                        throw Problem.badRequest("no whole number: " + name).refused();
            };
        }

        /** Empty if it is not there. */
        List<String> texts(String name) {
            var texts = new ArrayList<String>();
            switch (json.getValue(name)) {
                case null -> {}
                case JsonArray array -> {
                    for (var item : array) {
                        if (!(item instanceof String text)) {
                            throw Problem.badRequest("no list of texts: " + name).refused();
                        }
                        texts.add(text);
                    }
                }
                default -> throw Problem.badRequest("no list of texts: " + name).refused();
            }
            return texts;
        }
    }

    void answer(int status, JsonObject json) {
        exchange.json(status, json.toBuffer());
    }

    static String echoed(String text) {
        return text.length() > MAX_ECHOED ? text.substring(0, MAX_ECHOED) + "…" : text;
    }
}
