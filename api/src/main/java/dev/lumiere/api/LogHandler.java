package dev.lumiere.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.json.AppendJson;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.eventlog.json.OutcomeJson;
import dev.lumiere.service.BodyBudget;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
 * partition of another node is passed on to it, with {@code only=here} refused with 421 instead.
 */
public final class LogHandler implements AutoCloseable {
    private static final String LOG = "/v1/log";
    private static final String APPENDS = LOG + "/appends";
    private static final String STREAMS = LOG + "/streams";
    private static final String PARTITIONS = LOG + "/partitions/";
    private static final String EVENTS = LOG + "/events";
    private static final String TAIL = LOG + "/tail";

    /** The largest append, in Base64, with what is around each event. */
    private static final int MAX_BODY_BYTES = 14 << 20;

    private static final long MAX_BODIES_BYTES = 64 << 20;
    private static final int MAX_APPENDS = 256;
    private static final int MAX_READS = 16;
    private static final int MAX_EVENTS = 1000;
    private static final int USUAL_EVENTS = 100;
    private static final long MAX_TIMEOUT_MILLIS = 60_000;
    private static final long USUAL_TIMEOUT_MILLIS = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final JsonFactory JSON = new JsonFactory();

    private final EventLog log;
    private final String device;
    private final LogCare care;
    private final LogTails tails;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final BodyBudget bodies = new BodyBudget(MAX_BODIES_BYTES);
    private final Semaphore appends = new Semaphore(MAX_APPENDS);
    private final Semaphore reads = new Semaphore(MAX_READS);

    /**
     * Of a log.
     *
     * @param device what it is kept by, in a word
     * @param clock for events that do not say when they happened
     * @param ids for events without
     */
    public LogHandler(
            EventLog log, String device, LogCare care, InstantSource clock, Supplier<UUID> ids) {
        this.log = log;
        this.device = device;
        this.care = care;
        this.clock = clock;
        this.ids = ids;
        tails = new LogTails(log);
    }

    /** Adds all paths, before the server starts. */
    void addTo(ServiceServer server) {
        get(server, LOG, this::state);
        get(server, STREAMS, reading(this::streams));
        get(server, STREAMS + "/", reading(this::stream));
        get(server, PARTITIONS, reading(this::partition));
        get(server, EVENTS, reading(this::events));
        get(server, EVENTS + "/", reading(this::event));
        get(server, LogConsumers.PATH, reading(new LogConsumers(log)::answer));
        get(server, TAIL, (exchange, _) -> tails.follow(exchange));
        server.onVirtualThread(
                HttpMethod.POST, APPENDS, MAX_BODY_BYTES, bodies, told(this::append));
        care.addTo(server);
    }

    /** A few at once: each holds its answer in memory. */
    private ServiceServer.BlockingHandler reading(ServiceServer.BlockingHandler handler) {
        return (exchange, body) -> {
            if (!reads.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable("too many read at once", RETRY_AFTER).refused();
            }
            try {
                handler.handle(exchange, body);
            } finally {
                reads.release();
            }
        };
    }

    private static void get(
            ServiceServer server, String path, ServiceServer.BlockingHandler handler) {
        server.onVirtualThread(HttpMethod.GET, path, 0, told(handler));
    }

    /** Tells what is wrong with the log itself. */
    private static ServiceServer.BlockingHandler told(ServiceServer.BlockingHandler handler) {
        return (exchange, body) -> {
            try {
                handler.handle(exchange, body);
            } catch (CorruptLogException e) {
                throw Problem.of(500, "the log is damaged: " + e.getMessage()).refused();
            } catch (NotOwnerException e) {
                throw Problem.of(421, "nothing was appended: " + e.getMessage()).refused();
            } catch (IOException e) {
                throw Problem.unavailable("the log: " + e.getMessage(), RETRY_AFTER).refused();
            } catch (UnsupportedOperationException e) {
                throw Problem.of(501, String.valueOf(e.getMessage())).refused();
            }
        };
    }

    /** How many readers follow. */
    public int tails() {
        return tails.count();
    }

    /** How many events the one that is furthest behind has not been sent. */
    public long tailLag() {
        return tails.lag();
    }

    private void state(Exchange exchange, Buffer body) throws IOException {
        LogQuery.of(exchange.request(), Set.of());
        answer(
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
        // what another node passes on is as it was decided there
        var trace = only == null ? exchange.trace().traceparent() : null;
        var defaults = new EventJson.Defaults(clock, ids, trace);
        var append =
                LogQuery.refusing(() -> AppendJson.parse(LogQuery.utf8(body.getBytes()), defaults));
        if (!appends.tryAcquire()) {
            throw Problem.unavailable("too many appends at once", RETRY_AFTER).refused();
        }
        AppendOutcome outcome;
        try {
            outcome = only == null ? log.append(append, timeout) : log.appendHere(append, timeout);
        } finally {
            appends.release();
        }
        var status = OutcomeJson.status(outcome);
        if (status == 503) {
            exchange.response().putHeader("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
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

    private void streams(Exchange exchange, Buffer body) throws IOException {
        var query = LogQuery.of(exchange.request(), Set.of("prefix", "after", "max"));
        var prefix = query.text("prefix");
        var after = query.value("after", StreamId::parse);
        var max = max(query);
        var found = log.streams(prefix == null ? "" : prefix, after, max);
        answer(
                exchange,
                json -> {
                    json.writeArrayFieldStart("streams");
                    for (StreamHead head : found) {
                        json.writeStartObject();
                        json.writeStringField("stream", head.stream().toString());
                        json.writeNumberField("version", head.version());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    if (found.size() == max) {
                        json.writeStringField("next", found.getLast().stream().toString());
                    }
                });
    }

    private void stream(Exchange exchange, Buffer body) throws IOException {
        var name = LogQuery.after(STREAMS + "/", exchange.request());
        var stream = LogQuery.refusing(() -> StreamId.parse(name));
        var query = LogQuery.of(exchange.request(), Set.of("from", "max", "backwards"));
        var backwards = query.flag("backwards");
        var from = query.number("from", backwards ? Long.MAX_VALUE : 1, 1, Long.MAX_VALUE);
        var max = max(query);
        var events =
                backwards
                        ? log.readStreamBackwards(stream, from, max)
                        : log.readStream(stream, from, max);
        var version = log.version(stream);
        answer(
                exchange,
                json -> {
                    json.writeNumberField("version", version);
                    write(events, json);
                    var next =
                            events.isEmpty()
                                    ? 0
                                    : events.getLast().version() + (backwards ? -1 : 1);
                    if (next > 0 && next <= version) {
                        json.writeNumberField("next", next);
                    }
                });
    }

    private void partition(Exchange exchange, Buffer body) throws IOException {
        var text = LogQuery.after(PARTITIONS, exchange.request());
        var partition =
                (int)
                        (long)
                                LogQuery.refusing(
                                        () -> LogQuery.bounded(text, 0, log.partitions() - 1L));
        var query = LogQuery.of(exchange.request(), Set.of("from", "max"));
        var from = query.number("from", 1, 1, Long.MAX_VALUE);
        var events = log.read(partition, from, max(query));
        var end = log.end().of(partition);
        answer(
                exchange,
                json -> {
                    json.writeNumberField("end", end);
                    write(events, json);
                    if (!events.isEmpty() && events.getLast().position() < end) {
                        json.writeNumberField("next", events.getLast().position() + 1);
                    }
                });
    }

    private void events(Exchange exchange, Buffer body) throws IOException {
        var query = LogQuery.of(exchange.request(), Set.of("after", "max", "category"));
        var given = query.value("after", PositionVector::parse);
        var after = given == null ? PositionVector.start(log.partitions()) : given;
        var category = query.text("category");
        var max = max(query);
        inThisLog(after);
        var merged = log.readAll(after, max);
        var end = log.end();
        answer(
                exchange,
                json -> {
                    write(
                            merged.events().stream()
                                    .filter(event -> isOf(category, event))
                                    .toList(),
                            json);
                    json.writeStringField("position", merged.position().toString());
                    json.writeStringField("end", end.toString());
                });
    }

    static boolean isOf(@Nullable String category, Event event) {
        return category == null || event.stream().category().equals(category);
    }

    private void inThisLog(PositionVector after) {
        LogQuery.refusing(() -> log.subscribe(after));
    }

    private void event(Exchange exchange, Buffer body) throws IOException {
        LogQuery.of(exchange.request(), Set.of());
        var text = LogQuery.after(EVENTS + "/", exchange.request());
        var id =
                LogQuery.refusing(() -> {
                    var parsed = UUID.fromString(text);
                    if (!parsed.toString().equalsIgnoreCase(text)) {
                        throw new IllegalArgumentException("not a UUID: " + text);
                    }
                    return parsed;
                });
        var place = log.find(id);
        if (place == null) {
            throw Problem.notFound("no event of this id: " + id).refused();
        }
        var found = log.read(place.partition(), place.position(), 1);
        if (found.isEmpty()) { // it is about to be
            throw Problem.notFound("no event of this id yet: " + id).refused();
        }
        exchange.json(200, Buffer.buffer(EventJson.line(found.getFirst())));
    }

    private static int max(LogQuery query) {
        return (int) query.number("max", USUAL_EVENTS, 1, MAX_EVENTS);
    }

    private static void write(List<Event> events, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("events");
        for (var event : events) {
            EventJson.write(event, json);
        }
        json.writeEndArray();
    }

    /** Fields of an answer. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static void answer(Exchange exchange, Fields fields) throws IOException {
        exchange.json(200, Buffer.buffer(object(fields)));
    }

    static byte[] object(Fields fields) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** Ends all who follow, in order. */
    @Override
    public void close() {
        tails.close();
    }
}
