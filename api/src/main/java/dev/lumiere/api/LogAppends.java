package dev.lumiere.api;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.json.AppendJson;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.eventlog.json.OutcomeJson;
import dev.lumiere.service.BodyBudget;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Appends over HTTP, so many at once and so many bytes of them. */
final class LogAppends {
    private static final String APPENDS = LogHandler.PATH + "/appends";

    /** Categories of what nodes store. */
    private static final String OURS = "storage.";

    /** The largest append, in Base64, with what is around each event. */
    private static final int MAX_BODY_BYTES = 14 << 20;

    private static final int MAX_BODIES_BYTES = 64 << 20;
    private static final int MAX_APPENDS = 256;
    private static final long MAX_TIMEOUT_MILLIS = 60_000;
    private static final long USUAL_TIMEOUT_MILLIS = 10_000;

    private final EventLog log;
    private final NodeSignature nodes;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final BodyBudget bodies = new BodyBudget(MAX_BODIES_BYTES);
    private final Semaphore appends = new Semaphore(MAX_APPENDS);

    /**
     * Into a log.
     *
     * @param nodes by which those are known who share the log
     */
    LogAppends(EventLog log, NodeSignature nodes, InstantSource clock, Supplier<UUID> ids) {
        this.log = log;
        this.nodes = nodes;
        this.clock = clock;
        this.ids = ids;
    }

    void addTo(ServiceServer server) {
        server.onVirtualThread(
                HttpMethod.POST, APPENDS, MAX_BODY_BYTES, bodies, LogAnswer.told(this::append));
    }

    private void append(Exchange exchange, Buffer body)
            throws NotOwnerException, InterruptedException {
        var query = LogQuery.of(exchange.request(), Set.of("timeoutMillis", "only"));
        var timeout =
                Duration.ofMillis(
                        query.number("timeoutMillis", USUAL_TIMEOUT_MILLIS, 1, MAX_TIMEOUT_MILLIS));
        var only = query.text("only");
        if (only != null && !only.equals("here")) {
            throw Problem.badRequest("only: not here: " + only).refused();
        }
        var isPassedOn = nodes.isOn(exchange.request(), body);
        // what another node passes on is as it was decided there
        var trace = only == null ? exchange.trace().traceparent() : null;
        var defaults = new EventJson.Defaults(clock, ids, trace);
        var append =
                LogQuery.refusing(() -> AppendJson.parse(LogQuery.utf8(body.getBytes()), defaults));
        if (!isPassedOn || only == null) {
            refuseOurs(append);
        }
        if (!appends.tryAcquire()) {
            throw Problem.unavailable("too many appends at once", LogAnswer.RETRY_AFTER).refused();
        }
        AppendOutcome outcome;
        try {
            outcome = only == null ? log.append(append, timeout) : log.appendHere(append, timeout);
        } finally {
            appends.release();
        }
        var status = OutcomeJson.status(outcome);
        if (status == 503) {
            exchange.response()
                    .putHeader("Retry-After", Long.toString(LogAnswer.RETRY_AFTER.toSeconds()));
        }
        var eventIds =
                append.changes().stream()
                        .flatMap(change -> change.events().stream())
                        .map(event -> event.id())
                        .toList();
        exchange.answer(
                status,
                status == 200 ? "application/json" : "application/problem+json",
                Buffer.buffer(OutcomeJson.text(outcome, eventIds)));
    }

    /**
     * What nodes decide on themselves is not for others to write, but for nodes that pass it on and
     * have signed it.
     */
    private static void refuseOurs(Append append) {
        for (var change : append.changes()) {
            if (change.stream().category().startsWith(OURS)) {
                throw Problem.of(
                                403,
                                "a stream of Lumiere's own, for nodes of this log alone: "
                                        + change.stream())
                        .refused();
            }
        }
    }
}
