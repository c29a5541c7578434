package dev.lumiere.platform.storage;

import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere bucket}: makes, changes and drops buckets. */
@Command(
        name = "bucket",
        description = "Make a bucket, drop an empty one, or change who may read it.")
public final class BucketCommand extends StorageVerb {
    private enum Action {
        create,
        drop,
        hide,
        publish
    }

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            description = "create, drop, hide (downloads need a signed URL) or publish.")
    private Action action = Action.create;

    @Parameters(index = "1", paramLabel = "BUCKET", description = "Its name.")
    private String name = "";

    @Option(
            names = "--region",
            paramLabel = "TAG",
            defaultValue = "z0",
            description = "Of a new bucket (default: ${DEFAULT-VALUE}).")
    private String region = "";

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var bucket = StorageClient.escaped(name);
        client.call(
                switch (action) {
                    case create ->
                            "/mkbucketv3/%s/region/%s"
                                    .formatted(bucket, StorageClient.escaped(region));
                    case drop -> "/drop/" + bucket;
                    case hide -> "/private?bucket=" + bucket + "&private=1";
                    case publish -> "/private?bucket=" + bucket + "&private=0";
                });
        return 0;
    }
}
