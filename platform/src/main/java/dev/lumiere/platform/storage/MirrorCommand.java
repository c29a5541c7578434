package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere mirror}: where a bucket's objects are pulled from that it does not have. */
@Command(
        name = "mirror",
        description =
                "Pull what a bucket does not have from a source, or show from where that is done.")
public final class MirrorCommand extends StorageVerb {
    @Parameters(index = "0", paramLabel = "BUCKET", description = "Its name.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "URL",
            description =
                    "The source, whose path keys follow; of several the next is asked where one fails.")
    private List<String> urls = List.of();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Sent to the source in the header Host (default: that of the URL).")
    private String host = "";

    @Option(names = "--off", description = "Pull no more; what is there stays.")
    private boolean off;

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        if (off && !urls.isEmpty()) {
            throw new StartFailure("either a URL or --off");
        }
        if (!host.isEmpty() && urls.isEmpty()) {
            throw new StartFailure("--host says nothing without a URL");
        }
        var bucket = NodeClient.escaped(name);
        if (off) {
            client.call("/unimage/" + bucket);
        } else if (!urls.isEmpty()) {
            var source = StorageClient.encoded(String.join(";", urls));
            client.call(
                    "/image/%s/from/%s".formatted(bucket, source)
                            + (host.isEmpty() ? "" : "/host/" + StorageClient.encoded(host)));
        }
        var info = client.call("/v2/bucketInfo?bucket=" + bucket);
        var json = JsonNodeFactory.instance.objectNode().put("bucket", name);
        var sources = json.putArray("sources");
        for (var url : info.path("source").asText().split(";", -1)) {
            if (!url.isEmpty()) {
                sources.add(url);
            }
        }
        var told = info.path("host").asText();
        json.put("host", told);
        if (isJson()) {
            out.println(json);
        } else {
            sources.forEach(
                    url -> out.println(url.asText() + (told.isEmpty() ? "" : "  as " + told)));
        }
        return 0;
    }
}
