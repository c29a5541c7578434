package dev.lumiere.platform.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lumiere log streams}: which streams there are. */
@Command(
        name = "streams",
        description = "List streams and their versions, by the beginning of their names.")
final class StreamsCommand extends LogVerb {
    @Parameters(
            arity = "0..1",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "Such as account- or account-4 (default: all).")
    private String prefix = "";

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        try (var log = open(out)) {
            StreamId after = null;
            while (true) {
                var page = log.streams(prefix, after, Pages.SIZE);
                page.forEach(head -> out.line(line(head, out.isJson())));
                if (page.size() < Pages.SIZE) {
                    return 0;
                }
                after = page.getLast().stream();
            }
        }
    }

    private static String line(StreamHead head, boolean isJson) {
        return isJson
                ? JsonNodeFactory.instance
                        .objectNode()
                        .put("stream", head.stream().toString())
                        .put("version", head.version())
                        .toString()
                : "%8d  %s".formatted(head.version(), head.stream());
    }
}
