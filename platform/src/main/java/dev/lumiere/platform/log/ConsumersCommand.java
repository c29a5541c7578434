package dev.lumiere.platform.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lumiere log consumers}: who works on the log, and how far that is. */
@Command(
        name = "consumers",
        description = {
            "List consumers by their checkpoints: partition, position, events behind, member.",
            "Exits with 1 if one has stopped."
        })
final class ConsumersCommand extends LogVerb {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Only this one (default: all).")
    private String name = "";

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        try (var log = open(out)) {
            var stopped = false;
            for (var each : log.consumers()) {
                if (name.isEmpty() || name.equals(each.name())) {
                    out.line(out.isJson() ? json(each) : line(each));
                    stopped |= each.stopped() != null;
                }
            }
            return stopped ? 1 : 0;
        }
    }

    private static String line(Progress each) {
        return "%s/%d  at %d, %d behind  %s%s"
                .formatted(
                        each.name(),
                        each.partition(),
                        each.position(),
                        each.lag(),
                        each.member() == null ? "nobody" : each.member(),
                        each.stopped() == null
                                ? ""
                                : "  STOPPED: " + LogOutput.plain(each.stopped()));
    }

    private static String json(Progress each) {
        var json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", each.name())
                        .put("partition", each.partition())
                        .put("position", each.position())
                        .put("lag", each.lag());
        if (each.member() != null) {
            json.put("member", each.member());
        }
        if (each.stopped() != null) {
            json.put("stopped", each.stopped());
        }
        return json.toString();
    }
}
