package dev.lumiere.platform.storage;

import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts an object under another name. */
abstract class RelocatingVerb extends StorageVerb {
    private final String call;

    @Parameters(index = "0", paramLabel = "BUCKET/KEY", description = "Which object.")
    private String from = "";

    @Parameters(
            index = "1",
            paramLabel = "BUCKET[/KEY]",
            description =
                    "Where to; without a key, or with one that ends with a slash, the last part of"
                            + " the other key is added.")
    private String to = "";

    @Option(names = "--force", description = "Also in place of an object that is there.")
    private boolean isForced;

    /** By a call of that name. */
    RelocatingVerb(String call) {
        this.call = call;
    }

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var object = ObjectName.parse(from);
        var target = ObjectName.parse(to).completed(object.lastPart());
        if (target.key().isEmpty()) {
            throw new IllegalArgumentException("name a KEY for: " + object);
        }
        client.call(
                "/%s/%s/%s/force/%s"
                        .formatted(
                                call,
                                StorageClient.entry(object),
                                StorageClient.entry(target),
                                isForced));
        return 0;
    }
}
