package dev.lumiere.platform.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lumiere.api.LogCare;
import dev.lumiere.eventlog.rocks.RocksBackups;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lumiere log backup}: a copy of the log, and which there are. */
@Command(
        name = "backup",
        description = "Make a backup, also while the node runs; or list those there are.")
final class BackupCommand extends LogVerb {
    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "2147483647",
            description = "Give up older ones than the last N (default: none).")
    private int keep;

    @Option(names = "--list", description = "List the backups of this home.")
    private boolean list;

    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        if (keep < 1) {
            throw wrong("--keep is below 1: " + keep);
        }
        if (list) {
            for (var backup : new RocksBackups(config().log().backups()).list()) {
                tell(LogCare.json(backup), out);
            }
            return 0;
        }
        try (var log = open(out)) {
            tell(log.backUp(keep), out);
            return 0;
        }
    }

    private static void tell(String backup, LogOutput out) throws IOException {
        out.line(out.isJson() ? backup : line(backup));
    }

    private static String line(String json) throws IOException {
        var backup = new ObjectMapper().readTree(json);
        return "backup %d  %s  %d bytes  holds %s"
                .formatted(
                        backup.path("number").asInt(),
                        backup.path("time").asText(),
                        backup.path("bytes").asLong(),
                        backup.path("holds").asText());
    }
}
