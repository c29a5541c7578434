package dev.lumiere.platform.storage;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lumiere rm}: deletes objects. */
@Command(name = "rm", description = "Delete objects: all that can be, and say which cannot.")
public final class RmCommand extends StorageVerb {
    @Parameters(arity = "1..*", paramLabel = "BUCKET/KEY", description = "What is deleted.")
    private List<String> names = new ArrayList<>();

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var objects = names.stream().map(ObjectName::parse).toList();
        OneByOne.all(objects, object -> client.call("/delete/" + StorageClient.entry(object)));
        return 0;
    }
}
