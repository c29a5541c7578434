package dev.lumiere.platform;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lumiere.api.LogCare;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.RocksBackups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code lumiere log}: looks at the event log and after it. While a node runs on the home it is
 * asked, else the log is opened where it lies, only to be read.
 */
@Command(
        name = "log",
        description = {
            "Read the event log and look after it.",
            "While a node runs on the home its API is asked; else the log is read in its folder.",
            "Exits with 0 if all is well, 1 if a problem was found, 2 on a wrong command line."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class LogCommand implements Runnable {
    private static final int PAGE = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec private @Nullable CommandSpec spec;

    /** Where the log is and how it is shown. */
    static final class Place {
        @Option(
                names = "--home",
                paramLabel = "DIR",
                description = "The node's home (default: ./lumiere-home).")
        private @Nullable String home;

        @Option(
                names = "--api",
                paramLabel = "URL",
                description =
                        "Ask this node (default: the one that runs on the home, if one does).")
        private @Nullable String api;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help message and exit.")
        @SuppressWarnings("unused") // by picocli itself
        private boolean help;

        @Option(names = "--json", description = "Print JSON, one line for each.")
        private boolean json;

        @Mixin private SettingsOptions options = new SettingsOptions();

        NodeConfig config() {
            var flags = new LinkedHashMap<String, String>();
            if (home != null) {
                flags.put("platform.home", home);
            }
            return NodeConfig.from(options.settings(flags));
        }

        LogAccess open() {
            if (api != null) {
                return new RunningLog(api);
            }
            var config = config();
            var owner = Home.ownerOf(config.home());
            if (owner != null) {
                if (owner.api().isEmpty()) {
                    throw new StartFailure(
                            "home %s is in use by process %s, which is not up; try again"
                                    .formatted(config.home(), owner.process()));
                }
                return new RunningLog(owner.api());
            }
            if (!(config.log().device() instanceof LogConfig.Device.Rocks(var folder))) {
                throw new StartFailure(
                        "no node runs on %s, and its log is not in a folder: name one by --api"
                                .formatted(config.home()));
            }
            if (!Files.isDirectory(folder)) {
                throw new StartFailure("there is no event log in " + folder);
            }
            return new FolderLog(folder, config.log(), config.home());
        }
    }

    /** What a command does with a log; its exit code. */
    private interface Work {
        int on(LogAccess log, LogOutput out) throws IOException, InterruptedException;
    }

    private static int with(Place place, Work work) throws InterruptedException {
        silence();
        var out = new LogOutput(place.json);
        try (var log = place.open()) {
            if (!out.isJson()) {
                LogOutput.say(log.where());
            }
            return work.on(log, out);
        } catch (LogOutput.Unread _) {
            return 0;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** What goes wrong is told once, and not as a log. */
    private static void silence() {
        var root = LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ((ch.qos.logback.classic.Logger) root).setLevel(Level.OFF);
    }

    @Override
    public void run() {
        throw wrong(
                "which command? streams, read, tail, state-at, export, verify, backup, restore");
    }

    @Command(
            name = "streams",
            description = "List streams and their versions, by the beginning of their names.")
    int streams(
            @Mixin Place place,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "PREFIX",
                            defaultValue = "",
                            description = "Such as account- or account-4 (default: all).")
                    String prefix)
            throws InterruptedException {
        return with(
                place,
                (log, out) -> {
                    StreamId after = null;
                    while (true) {
                        var page = log.streams(prefix, after, PAGE);
                        page.forEach(head -> out.line(line(head, out.isJson())));
                        if (page.size() < PAGE) {
                            return 0;
                        }
                        after = page.getLast().stream();
                    }
                });
    }

    private static String line(StreamHead head, boolean isJson) {
        return isJson
                ? JSON.createObjectNode()
                        .put("stream", head.stream().toString())
                        .put("version", head.version())
                        .toString()
                : "%8d  %s".formatted(head.version(), head.stream());
    }

    @Command(name = "read", description = "Print events of a stream, of a partition, or of all.")
    int read(
            @Mixin Place place,
            @Parameters(arity = "0..1", paramLabel = "STREAM", description = "Such as account-42.")
                    @Nullable String stream,
            @Option(names = "--partition", paramLabel = "N", description = "Of this partition.")
                    @Nullable Integer partition,
            @Option(names = "--all", description = "Of all partitions.") boolean all,
            @Option(
                            names = "--from",
                            paramLabel = "N",
                            description = {
                                "The first version of the stream, or position of the partition;",
                                "with --all positions to begin after, such as 17.0.4."
                            })
                    @Nullable String from,
            @Option(
                            names = "--max",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "How many at most (default: ${DEFAULT-VALUE}).")
                    long max,
            @Option(names = "--backwards", description = "The newest of a stream first.")
                    boolean backwards)
            throws InterruptedException {
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
            var name = usable(() -> StreamId.parse(stream));
            var first = number(from, backwards ? Long.MAX_VALUE : 1);
            return with(place, (log, out) -> readStream(log, out, name, first, max, backwards));
        }
        if (partition != null) {
            if (partition < 0) {
                throw wrong("--partition is below 0: " + partition);
            }
            var first = number(from, 1);
            return with(place, (log, out) -> readPartition(log, out, partition, first, max));
        }
        var after = from == null ? null : usable(() -> PositionVector.parse(from));
        return with(
                place,
                (log, out) -> {
                    var start = after == null ? start(log) : after;
                    readAll(log, out, start, max, null);
                    return 0;
                });
    }

    private static int readStream(
            LogAccess log, LogOutput out, StreamId stream, long from, long max, boolean backwards)
            throws IOException, InterruptedException {
        var left = max;
        var next = from;
        while (left > 0 && next > 0) {
            var events = log.readStream(stream, next, page(left), backwards);
            if (events.isEmpty()) {
                break;
            }
            out.events(events);
            left -= events.size();
            next = events.getLast().version() + (backwards ? -1 : 1);
        }
        if (left == max && log.readStream(stream, 1, 1, false).isEmpty()) {
            throw new StartFailure("there is no stream " + stream);
        }
        return 0;
    }

    private static int readPartition(
            LogAccess log, LogOutput out, int partition, long from, long max)
            throws IOException, InterruptedException {
        var left = max;
        var next = from;
        while (left > 0) {
            var events = log.read(partition, next, page(left));
            if (events.isEmpty()) {
                break;
            }
            out.events(events);
            left -= events.size();
            next = events.getLast().position() + 1;
        }
        return 0;
    }

    /** Up to where the log ends now; gives the position that was reached. */
    private static PositionVector readAll(
            LogAccess log, LogOutput out, PositionVector after, long max, @Nullable String category)
            throws IOException, InterruptedException {
        var end = log.end();
        if (after.partitions() != end.partitions()) {
            throw new StartFailure(
                    "not positions of this log, which ends at %s: %s".formatted(end, after));
        }
        var left = max;
        var position = after;
        while (left > 0 && !position.includes(end)) {
            var page = log.readAll(position, page(left));
            var events = new ArrayList<Event>();
            for (var event : page.events()) {
                if (category == null || event.stream().category().equals(category)) {
                    events.add(event);
                }
            }
            out.events(events);
            left -= events.size();
            position = PositionVector.parse(page.position());
        }
        return position;
    }

    private static PositionVector start(LogAccess log) throws IOException, InterruptedException {
        return PositionVector.start(log.end().partitions());
    }

    private static int page(long left) {
        return (int) Math.min(left, PAGE);
    }

    @Command(name = "tail", description = "Print what comes, until Ctrl-C.")
    int tail(
            @Mixin Place place,
            @Option(
                            names = "--from",
                            paramLabel = "POSITION",
                            defaultValue = "end",
                            description =
                                    "Begin after start, end or positions such as 17.0.4 (default:"
                                            + " end).")
                    String from,
            @Option(names = "--category", paramLabel = "C", description = "Of these streams only.")
                    @Nullable String category)
            throws InterruptedException {
        if (!from.equals("start") && !from.equals("end")) {
            usable(() -> PositionVector.parse(from));
        }
        return with(
                place,
                (log, out) -> {
                    var reached = log.follow(from, category, event -> out.events(List.of(event)));
                    LogOutput.say("the node ends; go on with --from " + reached);
                    return 0;
                });
    }

    @Command(
            name = "state-at",
            description = {
                "Print what a stream consisted of at a moment: its events up to then.",
                "What they add up to only the program knows whose events they are; in Java"
                        + " Aggregates.stateAt tells."
            })
    int stateAt(
            @Mixin Place place,
            @Parameters(paramLabel = "STREAM", description = "Such as account-42.") String stream,
            @Option(names = "--version", paramLabel = "N", description = "After this version.")
                    @Nullable Long version,
            @Option(
                            names = "--time",
                            paramLabel = "T",
                            description = "At this time, such as 2026-11-29T10:15:30Z.")
                    @Nullable String time)
            throws InterruptedException {
        if ((version == null) == (time == null)) {
            throw wrong("one of --version and --time");
        }
        var name = usable(() -> StreamId.parse(stream));
        var until = time == null ? Instant.MAX : usable(() -> instant(time));
        var last = version == null ? Long.MAX_VALUE : version;
        if (last < 0) {
            throw wrong("--version is below 0: " + last);
        }
        return with(place, (log, out) -> stateAt(log, out, name, last, until));
    }

    /** Up to the first event that is later, as an aggregate is folded. */
    private static int stateAt(
            LogAccess log, LogOutput out, StreamId stream, long last, Instant until)
            throws IOException, InterruptedException {
        var reached = 0L;
        for (var over = false; !over && reached < last; ) {
            var events = log.readStream(stream, reached + 1, page(last - reached), false);
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
        if (!out.isJson()) {
            LogOutput.say("%s was at version %d".formatted(stream, reached));
        }
        return 0;
    }

    @Command(
            name = "export",
            description = {
                "Print all events as JSON, one a line; at last, beside the output, how far it went.",
                "A payload that is JSON on one line stands there as it is, any other in Base64."
            })
    int export(
            @Mixin Place place,
            @Option(
                            names = "--after",
                            paramLabel = "POSITION",
                            description = "Go on after an export that went so far.")
                    @Nullable String after,
            @Option(names = "--category", paramLabel = "C", description = "Of these streams only.")
                    @Nullable String category)
            throws InterruptedException {
        var from = after == null ? null : usable(() -> PositionVector.parse(after));
        place.json = true;
        return with(
                place,
                (log, out) -> {
                    var reached =
                            readAll(
                                    log,
                                    out,
                                    from == null ? start(log) : from,
                                    Long.MAX_VALUE,
                                    category);
                    LogOutput.say("exported up to " + reached);
                    return 0;
                });
    }

    @Command(
            name = "verify",
            description = "Read all of the log and hold it against its checksums and indexes.")
    int verify(@Mixin Place place) throws InterruptedException {
        return with(
                place,
                (log, out) -> {
                    var text = log.verify();
                    var report = JSON.readTree(text);
                    if (out.isJson()) {
                        out.line(text);
                    } else {
                        tell(report, out);
                    }
                    return report.path("sound").asBoolean() ? 0 : 1;
                });
    }

    private static void tell(JsonNode report, LogOutput out) {
        for (var finding : report.path("findings")) {
            out.line(finding.path("where").asText() + ": " + finding.path("what").asText());
        }
        var found = report.path("found").asLong();
        out.line(
                "%s: %d events in %d streams, up to %s"
                        .formatted(
                                found == 0 ? "sound" : "DAMAGED, %d findings".formatted(found),
                                report.path("events").asLong(),
                                report.path("streams").asLong(),
                                report.path("end").asText()));
    }

    @Command(
            name = "backup",
            description = "Make a backup, also while the node runs; or list those there are.")
    int backup(
            @Mixin Place place,
            @Option(
                            names = "--keep",
                            paramLabel = "N",
                            defaultValue = "2147483647",
                            description = "Give up older ones than the last N (default: none).")
                    int keep,
            @Option(names = "--list", description = "List the backups of this home.") boolean list)
            throws InterruptedException {
        if (keep < 1) {
            throw wrong("--keep is below 1: " + keep);
        }
        if (list) {
            return listBackups(place);
        }
        return with(
                place,
                (log, out) -> {
                    var made = log.backUp(keep);
                    out.line(out.isJson() ? made : line(JSON.readTree(made)));
                    return 0;
                });
    }

    private static int listBackups(Place place) {
        silence();
        var out = new LogOutput(place.json);
        try {
            for (var backup : new RocksBackups(place.config().log().backups()).list()) {
                var text = LogCare.json(backup);
                out.line(out.isJson() ? text : line(JSON.readTree(text)));
            }
            return 0;
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    private static String line(JsonNode backup) {
        return "backup %d  %s  %d bytes  holds %s"
                .formatted(
                        backup.path("number").asInt(),
                        backup.path("time").asText(),
                        backup.path("bytes").asLong(),
                        backup.path("holds").asText());
    }

    @Command(
            name = "restore",
            description = {
                "Put a backup back, while no node runs on the home, where no log is.",
                "A log that is there is to be moved away before."
            })
    int restore(
            @Mixin Place place,
            @Option(
                            names = "--backup",
                            paramLabel = "N",
                            description = "Which (default: the last).")
                    @Nullable Integer number,
            @Option(
                            names = "--to",
                            paramLabel = "POSITION",
                            description = "Without what came after, such as 17.0.4.")
                    @Nullable String to) {
        silence();
        var upTo = to == null ? null : usable(() -> PositionVector.parse(to));
        var config = place.config();
        var folder = LogConfig.folder(config.home());
        var backups = new RocksBackups(config.log().backups());
        try (var _ = Home.open(config.home())) {
            var wanted = number == null ? last(backups, config.log().backups()) : number;
            var reached = LogRestoration.restore(backups, wanted, folder, upTo);
            var out = new LogOutput(place.json);
            out.line(
                    out.isJson()
                            ? JSON.createObjectNode()
                                    .put("backup", wanted)
                                    .put("end", reached.toString())
                                    .toString()
                            : "restored backup %d into %s, up to %s"
                                    .formatted(wanted, folder, reached));
            return 0;
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    private static int last(RocksBackups backups, Path folder) throws IOException {
        var all = backups.list();
        if (all.isEmpty()) {
            throw new StartFailure("there is no backup in " + folder);
        }
        return all.getLast().number();
    }

    private long number(@Nullable String text, long otherwise) {
        return text == null
                ? otherwise
                : usable(() -> {
                    try {
                        var number = Long.parseLong(text);
                        if (number > 0) {
                            return number;
                        }
                    } catch (NumberFormatException _) {
                        // the same
                    }
                    throw new IllegalArgumentException("--from is not a number from 1: " + text);
                });
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "--time is not such as 2026-11-29T10:15:30Z: " + text);
        }
    }

    /** A wrong command line, where this refuses. */
    private <T> T usable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
    }
}
