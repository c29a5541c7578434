package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere sign}: a URL by which somebody without a key may download for a while. */
@Command(
        name = "sign",
        description = "Print a URL that lets anybody download from a private bucket for a while.")
public final class SignCommand extends StorageVerb {
    @Parameters(
            paramLabel = "BUCKET/KEY[?PIPELINE]",
            description =
                    "Such as photos/cat.jpg?imageView2/1/w/200/h/200. A key with a question mark"
                            + " needs one more at its end.")
    private String name = "";

    @Mixin private DownloadOptions download = new DownloadOptions();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long it holds, such as 30m, 12h or 7d (default: ${DEFAULT-VALUE}).")
    private String life = "";

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var asked = Asked.parse(name);
        var url = download.url(client, asked, Instant.now().plus(duration(life)));
        line(out, JsonNodeFactory.instance.objectNode().put("url", url), url);
        return 0;
    }

    private static Duration duration(String text) {
        try {
            var days = text.endsWith("d");
            var duration = Duration.parse((days ? "P" : "PT") + text);
            if (duration.isPositive()) {
                return duration;
            }
        } catch (DateTimeParseException _) {
            // told below
        }
        throw new IllegalArgumentException("--for is no time such as 30m, 12h or 7d: " + text);
    }
}
