package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.node.StartFailure;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere put}: uploads a file, or all of a folder. */
@Command(name = "put", description = "Upload a file, or all of a folder, into a bucket.")
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

    @Option(
            names = "--recursive",
            description = "All files of a folder, under the key as a folder.")
    private boolean isRecursive;

    /** What goes where. */
    private record Pair(Path file, ObjectName object) {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var target = ObjectName.parse(name);
        if (isRecursive) {
            OneByOne.all(allUnder(file, target), pair -> put(client, pair, out));
        } else if (Files.isRegularFile(file)) {
            put(client, new Pair(file, target.completed(file.getFileName().toString())), out);
        } else {
            var wrong =
                    Files.isDirectory(file)
                            ? "not a file (see --recursive): "
                            : Files.exists(file) ? "not a file: " : "no such file: ";
            throw new StartFailure(wrong + file);
        }
        return 0;
    }

    /** Links are followed only if they are the folder itself. */
    private static List<Pair> allUnder(Path folder, ObjectName target) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new StartFailure("no such folder: " + folder);
        }
        var top = folder.toRealPath();
        var key = target.key();
        var prefix = key.isEmpty() || key.endsWith("/") ? key : key + "/";
        try (var files = Files.walk(top)) {
            return files.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .map(each -> {
                        var rest = top.relativize(each).toString().replace(File.separatorChar, '/');
                        return new Pair(each, new ObjectName(target.bucket(), prefix + rest));
                    })
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void put(StorageClient client, Pair pair, PrintStream out)
            throws IOException, InterruptedException {
        JsonNode answer;
        try (var progress = Progress.of(pair.object().toString(), Files.size(pair.file()))) {
            answer = new Upload(client, pair.object(), pair.file(), type).run(progress);
        }
        line(out, answer, Shown.of(pair.object() + "  " + answer.path("hash").asText()));
    }
}
