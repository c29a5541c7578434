package dev.lumiere.platform.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.LogConfig;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lumiere log restore}: a backup becomes the log of a home. */
@Command(
        name = "restore",
        description = {
            "Put a backup back, while no node runs on the home, where no log is.",
            "A log that is there is to be moved away before."
        })
final class RestoreCommand extends LogVerb {
    @Option(names = "--backup", paramLabel = "N", description = "Which (default: the last).")
    private @Nullable Integer number;

    @Option(
            names = "--to",
            paramLabel = "POSITION",
            description = "Without what came after, such as 17.0.4.")
    private @Nullable String to;

    @Override
    int run(LogOutput out) throws IOException {
        if (isRemote()) {
            throw wrong("--api is of no use here: a backup is put back in a folder");
        }
        var text = to;
        var upTo = text == null ? null : usable(() -> PositionVector.parse(text));
        var config = config();
        var folder = LogConfig.folder(config.home());
        var backups = new RocksBackups(config.log().backups());
        try (var _ = Home.open(config.home())) {
            var wanted = number == null ? last(backups, config.log().backups()) : number;
            var reached = LogRestoration.restore(backups, wanted, folder, upTo);
            out.line(
                    out.isJson()
                            ? JsonNodeFactory.instance
                                    .objectNode()
                                    .put("backup", wanted)
                                    .put("end", reached.toString())
                                    .toString()
                            : "restored backup %d into %s, up to %s"
                                    .formatted(wanted, folder, reached));
            return 0;
        }
    }

    private static int last(RocksBackups backups, Path folder) throws IOException {
        var all = backups.list();
        if (all.isEmpty()) {
            throw new StartFailure("there is no backup in " + folder);
        }
        return all.getLast().number();
    }
}
