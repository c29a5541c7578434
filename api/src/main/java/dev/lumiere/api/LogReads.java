package dev.lumiere.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads over HTTP, a page at a time. */
final class LogReads {
    private static final String STREAMS = LogHandler.PATH + "/streams";
    private static final String PARTITIONS = LogHandler.PATH + "/partitions/";
    private static final String EVENTS = LogHandler.PATH + "/events";
    private static final int MAX_READS = 16;
    private static final int MAX_EVENTS = 1000;
    private static final int USUAL_EVENTS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventLog log;
    private final Semaphore reads = new Semaphore(MAX_READS);

    LogReads(EventLog log) {
        this.log = log;
    }

    void addTo(ServiceServer server) {
        on(server, STREAMS, this::streams);
        on(server, STREAMS + "/", this::stream);
        on(server, PARTITIONS, this::partition);
        on(server, EVENTS, this::events);
        on(server, EVENTS + "/", this::event);
        on(server, LogConsumers.PATH, new LogConsumers(log)::answer);
    }

    private interface Read {
        void answer(Exchange exchange) throws IOException;
    }

    /** A few at once: each holds its answer in memory, until it is out. */
    private void on(ServiceServer server, String path, Read read) {
        LogAnswer.onGet(
                server,
                path,
                (exchange, _) -> {
                    if (!reads.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw Problem.unavailable("too many read at once", LogAnswer.RETRY_AFTER)
                                .refused();
                    }
                    try {
                        read.answer(exchange);
                    } finally {
                        reads.release();
                    }
                });
    }

    private void streams(Exchange exchange) throws IOException {
        var query = LogQuery.of(exchange.request(), Set.of("prefix", "after", "max"));
        var prefix = query.text("prefix");
        var after = query.value("after", StreamId::parse);
        var max = max(query);
        var found = log.streams(prefix == null ? "" : prefix, after, max);
        LogAnswer.send(
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

    private void stream(Exchange exchange) throws IOException {
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
        LogAnswer.send(
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

    private void partition(Exchange exchange) throws IOException {
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
        LogAnswer.send(
                exchange,
                json -> {
                    json.writeNumberField("end", end);
                    write(events, json);
                    if (!events.isEmpty() && events.getLast().position() < end) {
                        json.writeNumberField("next", events.getLast().position() + 1);
                    }
                });
    }

    private void events(Exchange exchange) throws IOException {
        var query = LogQuery.of(exchange.request(), Set.of("after", "max", "category"));
        var given = query.value("after", PositionVector::parse);
        var after = given == null ? PositionVector.start(log.partitions()) : given;
        var category = query.text("category");
        var max = max(query);
        inThisLog(after);
        var merged = log.readAll(after, max);
        var end = log.end();
        LogAnswer.send(
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

    private void event(Exchange exchange) throws IOException {
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
        LogAnswer.send(exchange, Buffer.buffer(EventJson.line(found.getFirst())));
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
}
