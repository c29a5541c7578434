package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.node.StartFailure;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere put}: uploads a file, or all of a folder. */
@Command(name = "put", description = "Upload a file, or all of a folder, into a bucket.")
public final class PutCommand extends StorageVerb {
    /** In the place of bytes of a name that are none. */
    private static final char NOT_UTF_8 = '\ufffd';

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
            description =
                    "All files of a folder, each under the key and its path in the folder; links in"
                            + " it are left out.")
    private boolean isRecursive;

    /** What goes where. */
    private record Transfer(Path file, ObjectName object) {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var target = ObjectName.parse(name);
        if (isRecursive) {
            OneByOne.all(allUnder(file, target), each -> put(client, each, out));
        } else if (Files.isRegularFile(file)) {
            put(client, new Transfer(file, target.completed(file.getFileName().toString())), out);
        } else {
            var wrong =
                    Files.isDirectory(file)
                            ? "not a file (see --recursive): "
                            : Files.exists(file) ? "not a file: " : "no such file: ";
            throw new StartFailure(wrong + file);
        }
        return 0;
    }

    private static List<Transfer> allUnder(Path folder, ObjectName target) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new StartFailure("no such folder: " + folder);
        }
        var top = folder.toRealPath();
        var files = FolderFiles.of(top);
        if (files.isEmpty()) {
            throw new StartFailure("no files in: " + folder);
        }
        var key = target.key();
        var prefix = key.isEmpty() || key.endsWith("/") ? key : key + "/";
        return files.stream()
                .map(each -> {
                    var rest = top.relativize(each).toString().replace(File.separatorChar, '/');
                    return new Transfer(each, new ObjectName(target.bucket(), prefix + rest));
                })
                .toList();
    }

    private void put(StorageClient client, Transfer transfer, PrintStream out)
            throws IOException, InterruptedException {
        var from = transfer.file();
        var object = transfer.object();
        if (object.key().indexOf(NOT_UTF_8) >= 0) { // two such names would be one
            throw new FileSystemException(from.toString(), null, "name not in UTF-8");
        }
        JsonNode answer;
        try (var progress = Progress.of(object.toString(), Files.size(from))) {
            answer = new Upload(client, object, from, type).run(progress);
        }
        line(out, answer, Shown.of(object + "  " + answer.path("hash").asText()));
    }
}
