package dev.lumiere.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;

/** A command that asks a node that runs, by the key of the home. */
public abstract class SignedVerb extends NodeVerb {
    /** What it does; its exit code. */
    protected abstract int run(NodeClient node, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int execute() throws IOException, InterruptedException {
        var home = config().home();
        var api = api();
        if (api == null) {
            throw new StartFailure(
                    "no node is up on %s: start one, or name one by --api".formatted(home));
        }
        try (var node = new NodeClient(api, Credentials.read(home))) {
            return run(node, System.out);
        }
    }

    /** One line: of JSON, or as people read it. */
    protected final void line(PrintStream out, JsonNode asJson, String text) {
        out.println(isJson() ? asJson.toString() : text);
    }
}
