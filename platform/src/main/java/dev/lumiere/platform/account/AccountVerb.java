package dev.lumiere.platform.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.client.SignedVerb;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** One command on accounts and keys. */
abstract class AccountVerb extends SignedVerb {
    abstract int run(AccountClient client, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int run(NodeClient node, Credential by, PrintStream out)
            throws IOException, InterruptedException {
        return run(new AccountClient(node, by), out);
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
