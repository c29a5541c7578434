package dev.lumiere.platform.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code lumiere log verify}: whether all of the log is as it was written. */
@Command(
        name = "verify",
        description = "Read all of the log and hold it against its checksums and indexes.")
final class VerifyCommand extends LogVerb {
    @Override
    int run(LogOutput out) throws IOException, InterruptedException {
        try (var log = open(out)) {
            var text = log.verify();
            var report = new ObjectMapper().readTree(text);
            if (out.isJson()) {
                out.line(text);
            } else {
                tell(report, out);
            }
            return report.path("sound").asBoolean() ? 0 : 1;
        }
    }

    private static void tell(JsonNode report, LogOutput out) {
        for (var finding : report.path("findings")) {
            out.line(finding.path("where").asText() + ": " + finding.path("what").asText());
        }
        var found = report.path("found").asLong();
        out.line(
                "%s: %d events in %d streams, up to %s"
                        .formatted(
                                found == 0
                                        ? "sound"
                                        : "DAMAGED, %d %s"
                                                .formatted(
                                                        found, found == 1 ? "finding" : "findings"),
                                report.path("events").asLong(),
                                report.path("streams").asLong(),
                                report.path("end").asText()));
    }
}
