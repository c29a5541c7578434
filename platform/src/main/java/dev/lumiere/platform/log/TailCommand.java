package dev.lumiere.platform.log;

import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lumiere log tail}: events that come. */
@Command(name = "tail", description = "Print what comes, until Ctrl-C.")
final class TailCommand extends LogVerb {
    @Option(
            names = "--from",
            paramLabel = "POSITION",
            defaultValue = "end",
            description = "Begin after start, end or positions such as 17.0.4 (default: end).")
    private String from = "end";

    @Option(names = "--category", paramLabel = "C", description = "Of these streams only.")
    private @Nullable String category;

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        if (!from.equals("start") && !from.equals("end")) {
            usable(() -> PositionVector.parse(from));
        }
        try (var log = open(out)) {
            var reached = log.follow(from, category, event -> out.events(List.of(event)));
            LogOutput.say("the node ends; go on with --from " + reached);
            return 0;
        }
    }
}
