package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.client.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere ls}: what is in a bucket, or which buckets there are. */
@Command(name = "ls", description = "List the buckets, or the objects of one.")
public final class LsCommand extends StorageVerb {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final long UNITS_A_SECOND = 10_000_000;

    @Parameters(
            arity = "0..1",
            paramLabel = "BUCKET[/PREFIX]",
            description = "Objects whose keys begin so (default: the buckets).")
    private String name = "";

    @Option(
            names = {"-r", "--recursive"},
            description = "Also what is below a slash.")
    private boolean recursive;

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        if (name.isEmpty()) {
            for (var bucket : client.call("/buckets")) {
                line(out, bucket, bucket.asText());
            }
            return 0;
        }
        var asked = ObjectName.parse(name);
        var marker = "";
        do {
            var page =
                    client.call(
                            "/list?bucket=%s&prefix=%s&delimiter=%s&marker=%s&limit=1000"
                                    .formatted(
                                            NodeClient.escaped(asked.bucket()),
                                            NodeClient.escaped(asked.key()),
                                            recursive ? "" : "%2F",
                                            NodeClient.escaped(marker)));
            for (var prefix : page.path("commonPrefixes")) {
                line(
                        out,
                        JsonNodeFactory.instance.objectNode().set("prefix", prefix),
                        "%-16s  %10s  %s".formatted("folder", "", Shown.of(prefix.asText())));
            }
            for (var item : page.path("items")) {
                var time = Instant.ofEpochSecond(item.path("putTime").asLong() / UNITS_A_SECOND);
                line(
                        out,
                        item,
                        "%s  %10d  %s"
                                .formatted(
                                        TIME.format(time),
                                        item.path("fsize").asLong(),
                                        Shown.of(item.path("key").asText())));
            }
            marker = page.path("marker").asText("");
        } while (!marker.isEmpty());
        return 0;
    }
}
