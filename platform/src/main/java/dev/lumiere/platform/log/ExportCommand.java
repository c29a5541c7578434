package dev.lumiere.platform.log;

import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lumiere log export}: everything, for another program. */
@Command(
        name = "export",
        description = {
            "Print all events as JSON, one a line; at last, beside the output, how far it went.",
            "A payload that is JSON on one line stands there as it is, any other in Base64."
        })
final class ExportCommand extends LogVerb {
    @Option(
            names = "--after",
            paramLabel = "POSITION",
            description = "Go on after an export that went so far.")
    private @Nullable String after;

    @Option(names = "--category", paramLabel = "C", description = "Of these streams only.")
    private @Nullable String category;

    @Override
    protected boolean isJson() {
        return true;
    }

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        var text = after;
        var from = text == null ? null : usable(() -> PositionVector.parse(text));
        try (var log = open(out)) {
            var reached = Pages.print(log, out, from, Long.MAX_VALUE, category);
            LogOutput.say("exported up to " + reached);
            return 0;
        }
    }
}
