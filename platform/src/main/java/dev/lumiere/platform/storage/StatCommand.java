package dev.lumiere.platform.storage;

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
        var answer = client.call("/stat/" + StorageClient.entry(ObjectName.parse(name)));
        if (isJson()) {
            out.println(answer);
        } else {
            answer.properties()
                    .forEach(field -> {
                        var value = field.getValue();
                        out.printf(
                                "%-14s  %s%n",
                                field.getKey(), value.isTextual() ? value.asText() : value);
                    });
        }
        return 0;
    }
}
