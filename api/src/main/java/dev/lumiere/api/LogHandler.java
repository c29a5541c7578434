package dev.lumiere.api;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.ServiceServer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The log over HTTP, for every language.
 *
 * <pre>{@code
 * GET  /v1/log                          {"device": "rocks", "partitions": 16, "end": "17.0.…",
 *                                        "takesAppends": true, "queued": 0, "tails": 0}
 * POST /v1/log/appends?timeoutMillis=…  an append as in AppendJson; an outcome as in OutcomeJson
 * GET  /v1/log/streams?prefix=account-&max=…&after=account-42
 *                                       {"streams": [{"stream": …, "version": …}, …], "next": …}
 * GET  /v1/log/streams/NAME?from=…&max=…&backwards
 *                                       {"version": 7, "events": […], "next": 5}
 * GET  /v1/log/partitions/N?from=…&max=…        {"end": 17, "events": […], "next": 5}
 * GET  /v1/log/events?after=VECTOR&max=…&category=…
 *                                       {"events": […], "position": VECTOR, "end": VECTOR}
 * GET  /v1/log/events/ID                one event, as in EventJson
 * GET  /v1/log/tail?after=VECTOR&partition=…&category=…   server-sent events, see LogTail
 * GET  /v1/log/consumers?name=…         who works on it, see LogConsumers
 * POST /v1/log/verification, GET and POST /v1/log/backups: see LogCare
 * }</pre>
 *
 * <p>{@code next} is left out at the end. Refusals are problem documents (RFC 9457). An append to a
 * partition of another node is passed on to it, with {@code only=here} refused with 421 instead. To
 * streams of Lumiere's own only nodes append, by calls with a {@link NodeSignature}.
 */
public final class LogHandler implements AutoCloseable {
    static final String PATH = "/v1/log";
    private static final String TAIL = PATH + "/tail";

    private final EventLog log;
    private final String device;
    private final LogCare care;
    private final LogReads reads;
    private final LogAppends appends;
    private final LogTails tails;

    /**
     * Of a log.
     *
     * @param device what it is kept by, in a word
     * @param nodes by which those are known who share the log
     * @param clock for events that do not say when they happened
     * @param ids for events without
     */
    public LogHandler(
            EventLog log,
            String device,
            LogCare care,
            NodeSignature nodes,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.log = log;
        this.device = device;
        this.care = care;
        reads = new LogReads(log);
        appends = new LogAppends(log, nodes, clock, ids);
        tails = new LogTails(log);
    }

    /** Adds all paths, before the server starts. */
    void addTo(ServiceServer server) {
        LogAnswer.onGet(server, PATH, (exchange, _) -> state(exchange));
        LogAnswer.onGet(server, TAIL, (exchange, _) -> tails.follow(exchange));
        reads.addTo(server);
        appends.addTo(server);
        care.addTo(server);
    }

    /** How many readers follow. */
    public int tails() {
        return tails.count();
    }

    /** How many events the one that is furthest behind has not been sent. */
    public long tailLag() {
        return tails.lag();
    }

    private void state(Exchange exchange) throws IOException {
        LogQuery.of(exchange.request(), Set.of());
        LogAnswer.send(
                exchange,
                json -> {
                    var reason = log.closedBecause();
                    json.writeStringField("device", device);
                    json.writeNumberField("partitions", log.partitions());
                    json.writeStringField("end", log.end().toString());
                    json.writeBooleanField("takesAppends", reason == null);
                    if (reason != null) {
                        json.writeStringField("reason", reason);
                    }
                    json.writeNumberField("queued", log.queued());
                    json.writeNumberField("tails", tails.count());
                });
    }

    /** Ends all who follow, in order. */
    @Override
    public void close() {
        tails.close();
    }
}
