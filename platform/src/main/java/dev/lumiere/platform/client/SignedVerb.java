package dev.lumiere.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.io.PrintStream;

/** A command that asks a node that runs, by the key of the home. */
public abstract class SignedVerb extends NodeVerb {
    /**
     * What it does; its exit code.
     *
     * @param by whose key signs the calls
     */
    protected abstract int run(NodeClient node, Credential by, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int execute() throws IOException, InterruptedException {
        var home = config().home();
        var api = api();
        if (api == null) {
            throw new StartFailure(
                    "no node is up on %s: start one, or name one by --api".formatted(home));
        }
        var by = Credentials.read(home);
        try (var node = new NodeClient(api)) {
            return run(node, by, System.out);
        }
    }

    /** One line: of JSON, or as people read it. */
    protected final void line(PrintStream out, JsonNode asJson, String text) {
        out.println(isJson() ? asJson.toString() : text);
    }
}
