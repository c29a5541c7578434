package dev.lumiere.platform.storage;

import dev.lumiere.platform.client.NodeClient;
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
        var objects = names.stream().map(ObjectName::parse).toList();
        var failures = new ArrayList<String>();
        for (var object : objects) {
            try {
                client.call("/delete/" + StorageClient.entry(object));
            } catch (NodeClient.Refused e) {
                failures.add(object + ": " + e.getMessage());
            } catch (StartFailure e) {
                failures.add("%s and what follows: %s".formatted(object, e.getMessage()));
                break;
            }
        }
        if (!failures.isEmpty()) {
            throw new StartFailure(String.join("\n", failures));
        }
        return 0;
    }
}
