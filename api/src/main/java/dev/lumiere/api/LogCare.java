package dev.lumiere.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.Findings;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.ArchiveVerification;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksBackups.Backup;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.rocks.Verification;
import dev.lumiere.eventlog.rocks.Verification.Report;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looking after a log that this node alone has: both take their time, one at once.
 *
 * <pre>{@code
 * POST /v1/log/verification   {"sound": true, "events": 17, "streams": 3, "end": VECTOR,
 *                              "found": 0, "findings": [{"where": "…", "what": "…"}, …]}
 * POST /v1/log/backups?keep=7 {"number": 2, "time": "…", "bytes": 4711, "holds": VECTOR}
 * GET  /v1/log/backups        {"folder": "…", "backups": [{"number": 1, …}, …]}
 * }</pre>
 *
 * <p>With {@code keep} older backups than the last so many are given up. While it works a space is
 * sent every few seconds, which JSON does not mind; so a failure on the way is {@code {"problem":
 * "…"}} after a 200.
 */
public final class LogCare {
    private static final String VERIFICATION = "/v1/log/verification";
    private static final String BACKUPS = "/v1/log/backups";
    private static final long STILL_THERE_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(LogCare.class);

    private final @Nullable RocksLogDevice device;
    private final @Nullable Archive archive;
    private final @Nullable RocksBackups backups;
    private final String folder;
    private final Semaphore one = new Semaphore(1);

    private LogCare(
            @Nullable RocksLogDevice device,
            @Nullable Archive archive,
            @Nullable RocksBackups backups,
            String folder) {
        this.device = device;
        this.archive = archive;
        this.backups = backups;
        this.folder = folder;
    }

    /**
     * Of a log in a folder.
     *
     * @param archive of it; null if it has none
     * @param folder of the backups, as it is told
     */
    public static LogCare of(
            RocksLogDevice device, @Nullable Archive archive, RocksBackups backups, String folder) {
        return new LogCare(device, archive, backups, folder);
    }

    /** Of one that others look after. */
    public static LogCare none() {
        return new LogCare(null, null, null, "");
    }

    void addTo(ServiceServer server) {
        server.onVirtualThread(HttpMethod.POST, VERIFICATION, 0, (exchange, _) -> verify(exchange));
        server.onVirtualThread(BACKUPS, 0, (exchange, _) -> backups(exchange));
    }

    private void verify(Exchange exchange) {
        LogQuery.of(exchange.request(), Set.of());
        var log = there(device);
        working(
                exchange,
                () -> {
                    var report = Verification.of(log);
                    var archived = verified(archive, log);
                    return json -> write(report, archived, json);
                });
    }

    /**
     * What is wrong with the archive of a log; nothing if it has none.
     *
     * @param log by itself; null if it cannot be opened
     */
    public static Findings verified(@Nullable Archive archive, @Nullable LogDevice log)
            throws IOException {
        return archive == null ? new Findings() : ArchiveVerification.of(archive, log);
    }

    /** As it is answered: of a log and of its archive. */
    public static String json(Report report, Findings archived) throws IOException {
        return new String(LogAnswer.object(json -> write(report, archived, json)), UTF_8);
    }

    /** As it is answered. */
    public static String json(Backup backup) throws IOException {
        return new String(LogAnswer.object(json -> write(backup, json)), UTF_8);
    }

    private void backups(Exchange exchange) throws IOException {
        var query = LogQuery.of(exchange.request(), Set.of("keep"));
        var keep = (int) query.number("keep", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        var log = there(device);
        var all = there(backups);
        switch (exchange.request().method().name()) {
            case "GET" -> {
                var list = all.list();
                LogAnswer.send(
                        exchange,
                        json -> {
                            json.writeStringField("folder", folder);
                            json.writeArrayFieldStart("backups");
                            for (var backup : list) {
                                json.writeStartObject();
                                write(backup, json);
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        });
            }
            case "POST" ->
                    working(
                            exchange,
                            () -> {
                                var made = all.create(log);
                                if (keep < Integer.MAX_VALUE) {
                                    all.keep(keep);
                                }
                                return json -> write(made, json);
                            });
            default -> {
                exchange.response().putHeader("Allow", "GET, POST");
                throw Problem.of(405, exchange.request().method() + " is not GET or POST")
                        .refused();
            }
        }
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw Problem.of(
                            501,
                            "this log is not in a folder of the node; look after it where it is")
                    .refused();
        }
        return part;
    }

    /** Something that takes its time. */
    private interface Work {
        LogAnswer.Fields done() throws IOException;
    }

    private void working(Exchange exchange, Work work) {
        if (!one.tryAcquire()) {
            throw Problem.of(409, "a verification or backup is under way").refused();
        }
        var vertx = exchange.vertx();
        var response = exchange.response();
        response.setChunked(true).putHeader("Content-Type", "application/json");
        var still =
                vertx.setPeriodic(
                        STILL_THERE_MILLIS,
                        _ -> {
                            if (!response.closed() && !response.writeQueueFull()) {
                                var _ = response.write(" ");
                            }
                        });
        byte[] answer;
        try {
            answer = LogAnswer.object(work.done());
        } catch (IOException e) {
            LOG.error("looking after the log failed", e);
            answer = problem(String.valueOf(e.getMessage()));
        } finally {
            vertx.cancelTimer(still);
            one.release();
        }
        var _ = response.end(Buffer.buffer(answer));
    }

    private static byte[] problem(String reason) {
        return JsonObject.of("problem", reason).toBuffer().getBytes();
    }

    private static void write(Report report, Findings archived, JsonGenerator json)
            throws IOException {
        var found = report.found().count() + archived.count();
        json.writeBooleanField("sound", found == 0);
        json.writeNumberField("events", report.events());
        json.writeNumberField("streams", report.streams());
        json.writeStringField("end", report.end().toString());
        json.writeNumberField("found", found);
        json.writeArrayFieldStart("findings");
        for (var findings : List.of(report.found(), archived)) {
            for (var finding : findings.listed()) {
                json.writeStartObject();
                json.writeStringField("where", finding.where());
                json.writeStringField("what", finding.what());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void write(Backup backup, JsonGenerator json) throws IOException {
        json.writeNumberField("number", backup.number());
        json.writeStringField("time", backup.time().toString());
        json.writeNumberField("bytes", backup.bytes());
        json.writeStringField("holds", backup.holds().toString());
    }
}
