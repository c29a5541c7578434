package dev.lumiere.platform.log;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere log state-at}: what a stream was once. */
@Command(
        name = "state-at",
        description = {
            "Print what a stream consisted of at a moment: its events up to then.",
            "What they add up to only the program knows whose events they are; in Java"
                    + " Aggregates.stateAt tells."
        })
final class StateAtCommand extends LogVerb {
    @Parameters(paramLabel = "STREAM", description = "Such as account-42.")
    private String stream = "";

    @Option(names = "--version", paramLabel = "N", description = "After this version.")
    private @Nullable Long version;

    @Option(
            names = "--time",
            paramLabel = "T",
            description = "At this time, such as 2026-11-29T10:15:30Z.")
    private @Nullable String time;

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        if ((version == null) == (time == null)) {
            throw wrong("one of --version and --time");
        }
        var name = usable(() -> StreamId.parse(stream));
        var until = time == null ? Instant.MAX : instant(time);
        var last = version == null ? Long.MAX_VALUE : version;
        if (last < 0) {
            throw wrong("--version is below 0: " + last);
        }
        try (var log = open(out)) {
            var reached = print(log, out, name, last, until);
            if (!out.isJson()) {
                LogOutput.say("%s was at version %d".formatted(name, reached));
            }
            return 0;
        }
    }

    /** Up to the first event that is later, as an aggregate is folded; the version it had. */
    private static long print(
            LogAccess log, LogOutput out, StreamId stream, long last, Instant until)
            throws IOException, InterruptedException {
        var reached = 0L;
        for (var over = false; !over && reached < last; ) {
            var events = log.readStream(stream, reached + 1, Pages.size(last - reached), false);
            if (events.isEmpty()) {
                if (reached == 0) {
                    throw new StartFailure("there is no stream " + stream);
                }
                break;
            }
            var wanted =
                    events.stream()
                            .takeWhile(event -> !event.data().time().isAfter(until))
                            .toList();
            over = wanted.size() < events.size();
            out.events(wanted);
            reached += wanted.size();
        }
        return reached;
    }

    private Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw wrong("--time is not such as 2026-11-29T10:15:30Z: " + text);
        }
    }
}
