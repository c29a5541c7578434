package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lumiere stat}: what is known of an object. */
@Command(name = "stat", description = "Show what is known of an object.")
public final class StatCommand extends StorageVerb {
    @Parameters(paramLabel = "BUCKET/KEY", description = "Which object.")
    private String name = "";

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var answer = found(client);
        if (isJson()) {
            out.println(answer);
        } else {
            answer.properties()
                    .forEach(field -> {
                        var value = field.getValue();
                        out.printf(
                                "%-14s  %s%n",
                                field.getKey(),
                                Shown.of(value.isTextual() ? value.asText() : value.toString()));
                    });
        }
        return 0;
    }

    private JsonNode found(StorageClient client) throws IOException, InterruptedException {
        try {
            return client.call("/stat/" + StorageClient.entry(ObjectName.parse(name)));
        } catch (StartFailure e) {
            throw new StartFailure(name + ": " + e.getMessage());
        }
    }
}
