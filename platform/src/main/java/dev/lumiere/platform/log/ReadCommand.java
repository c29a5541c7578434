package dev.lumiere.platform.log;

import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere log read}: events that are there. */
@Command(name = "read", description = "Print events of a stream, of a partition, or of all.")
final class ReadCommand extends LogVerb {
    @Parameters(arity = "0..1", paramLabel = "STREAM", description = "Such as account-42.")
    private @Nullable String stream;

    @Option(names = "--partition", paramLabel = "N", description = "Of this partition.")
    private @Nullable Integer partition;

    @Option(names = "--all", description = "Of all partitions.")
    private boolean all;

    @Option(
            names = "--from",
            paramLabel = "N",
            description = {
                "The first version of the stream, or position of the partition;",
                "with --all positions to begin after, such as 17.0.4."
            })
    private @Nullable String from;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    private long max;

    @Option(names = "--backwards", description = "The newest of a stream first.")
    private boolean backwards;

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        if ((stream == null ? 0 : 1) + (partition == null ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw wrong("one of STREAM, --partition and --all");
        }
        if (max < 1) {
            throw wrong("--max is below 1: " + max);
        }
        if (backwards && stream == null) {
            throw wrong("--backwards is for a stream");
        }
        if (stream != null) {
            var text = stream;
            var name = usable(() -> StreamId.parse(text));
            readStream(out, name, number(backwards ? Long.MAX_VALUE : 1));
        } else if (partition != null) {
            if (partition < 0) {
                throw wrong("--partition is below 0: " + partition);
            }
            readPartition(out, partition, number(1));
        } else {
            var text = from;
            var after = text == null ? null : usable(() -> PositionVector.parse(text));
            try (var log = open(out)) {
                Pages.print(log, out, after, max, null);
            }
        }
        return 0;
    }

    private void readStream(LogOutput out, StreamId name, long first)
            throws IOException, InterruptedException {
        try (var log = open(out)) {
            var left = max;
            var next = first;
            while (left > 0 && next > 0) {
                var events = log.readStream(name, next, Pages.size(left), backwards);
                if (events.isEmpty()) {
                    break;
                }
                out.events(events);
                left -= events.size();
                next = events.getLast().version() + (backwards ? -1 : 1);
            }
            if (left == max && log.readStream(name, 1, 1, false).isEmpty()) {
                throw new StartFailure("there is no stream " + name);
            }
        }
    }

    private void readPartition(LogOutput out, int number, long first)
            throws IOException, InterruptedException {
        try (var log = open(out)) {
            var left = max;
            var next = first;
            while (left > 0) {
                var events = log.read(number, next, Pages.size(left));
                if (events.isEmpty()) {
                    break;
                }
                out.events(events);
                left -= events.size();
                next = events.getLast().position() + 1;
            }
        }
    }

    /** What {@code --from} says of a stream or a partition. */
    private long number(long otherwise) {
        if (from == null) {
            return otherwise;
        }
        try {
            var number = Long.parseLong(from);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same
        }
        throw wrong("--from is not a number from 1: " + from);
    }
}
