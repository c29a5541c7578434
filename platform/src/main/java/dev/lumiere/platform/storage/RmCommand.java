package dev.lumiere.platform.storage;

import dev.lumiere.platform.node.StartFailure;
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
        var failures = new ArrayList<String>();
        for (var name : names) {
            try {
                client.call("/delete/" + StorageClient.entry(ObjectName.parse(name)));
            } catch (StartFailure e) {
                failures.add(name + ": " + e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new StartFailure(String.join("\n", failures));
        }
        return 0;
    }
}
