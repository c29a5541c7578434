package dev.lumiere.platform.storage;

import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.client.SignedVerb;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.io.PrintStream;

/** One command on buckets and objects. */
abstract class StorageVerb extends SignedVerb {
    abstract int run(StorageClient client, PrintStream out)
            throws IOException, InterruptedException;

    @Override
    protected final int run(NodeClient node, Credential by, PrintStream out)
            throws IOException, InterruptedException {
        return run(new StorageClient(node, by), out);
    }
}
