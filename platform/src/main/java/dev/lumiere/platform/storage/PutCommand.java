package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere put}: uploads a file. */
@Command(name = "put", description = "Upload a file into a bucket.")
public final class PutCommand extends StorageVerb {
    @Parameters(index = "0", paramLabel = "FILE", description = "What is uploaded.")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "BUCKET[/KEY]",
            description =
                    "Where to; without a key, or with one that ends with a slash, the file's name"
                            + " is added.")
    private String name = "";

    @Option(
            names = "--type",
            paramLabel = "MIME",
            description = "Its MIME type (default: by its name and content).")
    private @Nullable String type;

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new StartFailure((Files.exists(file) ? "not a file: " : "no such file: ") + file);
        }
        var named = ObjectName.parse(name);
        var object =
                named.key().isEmpty() || named.key().endsWith("/")
                        ? new ObjectName(named.bucket(), named.key() + file.getFileName())
                        : named;
        JsonNode answer;
        try (var progress = Progress.of(object.toString(), Files.size(file))) {
            answer = new Upload(client, object, file, type).run(progress);
        }
        line(out, answer, Shown.of(object + "  " + answer.path("hash").asText()));
        return 0;
    }
}
