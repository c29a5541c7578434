package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.node.Credentials;
import dev.lumiere.platform.node.NodeVerb;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;

/** One command on buckets and objects, by the key of the home. */
abstract class StorageVerb extends NodeVerb {
    /** What it does; its exit code. */
    abstract int run(StorageClient client, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int execute() throws IOException, InterruptedException {
        var home = config().home();
        var api = api();
        if (api == null) {
            throw new StartFailure(
                    "no node is up on %s: start one, or name one by --api".formatted(home));
        }
        try (var client = new StorageClient(api, Credentials.read(home))) {
            return run(client, System.out);
        }
    }

    /** One line: of JSON, or as people read it. */
    final void line(PrintStream out, JsonNode asJson, String text) {
        out.println(isJson() ? asJson.toString() : text);
    }
}
