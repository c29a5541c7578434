package dev.lumiere.platform.storage;

import dev.lumiere.platform.node.StartFailure;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lumiere get}: downloads an object, or what is made of it. */
@Command(name = "get", description = "Download an object, or what a pipeline makes of it.")
public final class GetCommand extends StorageVerb {
    private static final Duration URL_LIFE = Duration.ofHours(1);

    @Parameters(
            index = "0",
            paramLabel = "BUCKET/KEY[?PIPELINE]",
            description =
                    "Such as photos/cat.jpg?imageView2/1/w/200/h/200. A key with a question mark"
                            + " needs one more at its end.")
    private String name = "";

    @Mixin private DownloadOptions download = new DownloadOptions();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "Where to, also a folder; - for standard output (default: the last part of"
                            + " the key).")
    private @Nullable String file;

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var asked = Asked.parse(name);
        var target = "-".equals(file) ? null : target(asked.object());
        var url = download.url(client, asked, Instant.now().plus(URL_LIFE));
        var answer = client.get(url);
        var total = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        try (var body = answer.body()) {
            if (target == null) {
                body.transferTo(out);
                out.flush();
                return 0;
            }
            var half = target.resolveSibling(target.getFileName() + ".part");
            try (var progress = Progress.of(target.toString(), total)) {
                try (var to = new Counted(Files.newOutputStream(half), progress)) {
                    body.transferTo(to);
                }
                Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
                progress.end();
                return 0;
            } finally {
                Files.deleteIfExists(half); // what did not come to its end
            }
        }
    }

    /**
     * A file, in a folder if one is named.
     *
     * @throws StartFailure if none can be there
     */
    private Path target(ObjectName object) {
        var named = Path.of(file == null ? "" : file);
        var isFolder = file == null || file.endsWith("/") || Files.isDirectory(named);
        var target = isFolder ? named.resolve(fileName(object)) : named;
        var folder = target.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new StartFailure("no such folder: " + folder);
        }
        if (Files.isDirectory(target)) {
            throw new StartFailure("there is a folder in its place: " + target);
        }
        return target;
    }

    private static String fileName(ObjectName object) {
        var last = object.lastPart();
        if (last.isEmpty() || last.equals(".") || last.equals("..")) {
            throw new IllegalArgumentException("name a FILE for: " + object.key());
        }
        return last;
    }

    private static final class Counted extends FilterOutputStream {
        private final Progress progress;
        private long written;

        Counted(OutputStream to, Progress progress) {
            super(to);
            this.progress = progress;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            written += length;
            progress.at(written);
        }
    }
}
