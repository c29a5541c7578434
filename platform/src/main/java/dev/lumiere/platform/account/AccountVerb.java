package dev.lumiere.platform.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.node.Credentials;
import dev.lumiere.platform.node.NodeVerb;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** One command on accounts and keys, by the key of the home. */
abstract class AccountVerb extends NodeVerb {
    /** What it does; its exit code. */
    abstract int run(AccountClient client, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int execute() throws IOException, InterruptedException {
        var home = config().home();
        var api = api();
        if (api == null) {
            throw new StartFailure(
                    "no node is up on %s: start one, or name one by --api".formatted(home));
        }
        try (var client = new AccountClient(api, Credentials.read(home))) {
            return run(client, System.out);
        }
    }

    /** One line: of JSON, or as people read it. */
    final void line(PrintStream out, JsonNode asJson, String text) {
        out.println(isJson() ? asJson.toString() : text);
    }

    /** A key that was just made: its secret is shown this once. */
    final void created(PrintStream out, JsonNode key) {
        line(
                out,
                key,
                "access key  %s%nsecret key  %s   shown this once"
                        .formatted(key.path("accessKey").asText(), key.path("secretKey").asText()));
    }

    final void key(PrintStream out, JsonNode key) {
        var places = texts(key.path("buckets"));
        line(
                out,
                key,
                "%s  %-8s  %s in %s"
                        .formatted(
                                key.path("accessKey").asText(),
                                key.path("enabled").asBoolean() ? "enabled" : "disabled",
                                String.join(",", texts(key.path("acts"))),
                                places.isEmpty() ? "all buckets" : String.join(" ", places)));
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
