package dev.lumiere.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import dev.lumiere.service.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who works on the log, on whatever node, by the checkpoints in it.
 *
 * <pre>{@code
 * GET /v1/log/consumers?name=…   {"consumers": [{"name": "mailer", "lag": 3, "partitions": [
 *                                 {"partition": 0, "member": "mailer-1", "position": 17, "lag": 3,
 *                                  "stopped": "…"}, …]}, …]}
 * }</pre>
 *
 * <p>{@code member} is left out where nobody has a partition, {@code stopped} where it goes on.
 */
final class LogConsumers {
    static final String PATH = "/v1/log/consumers";

    private final ConsumerGroups groups;

    LogConsumers(EventLog log) {
        groups = new ConsumerGroups(log);
    }

    void answer(Exchange exchange) throws IOException {
        var name = LogQuery.of(exchange.request(), Set.of("name")).text("name");
        var found = new TreeMap<String, List<Progress>>();
        for (var each : groups.names()) {
            if (name == null || name.equals(each)) {
                found.put(each, groups.progress(each));
            }
        }
        LogAnswer.send(
                exchange,
                json -> {
                    json.writeArrayFieldStart("consumers");
                    for (var each : found.entrySet()) {
                        write(each.getKey(), each.getValue(), json);
                    }
                    json.writeEndArray();
                });
    }

    private static void write(String name, List<Progress> partitions, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeNumberField("lag", partitions.stream().mapToLong(Progress::lag).sum());
        json.writeArrayFieldStart("partitions");
        for (var each : partitions) {
            json.writeStartObject();
            json.writeNumberField("partition", each.partition());
            if (each.member() != null) {
                json.writeStringField("member", each.member());
            }
            json.writeNumberField("position", each.position());
            json.writeNumberField("lag", each.lag());
            if (each.stopped() != null) {
                json.writeStringField("stopped", each.stopped());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
