package dev.lumiere.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the log answers: JSON, and a problem where it cannot. */
final class LogAnswer {
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(30);
    private static final JsonFactory JSON = new JsonFactory();

    private LogAnswer() {}

    /** Adds a handler that reads. */
    static void onGet(ServiceServer server, String path, ServiceServer.BlockingHandler handler) {
        server.onVirtualThread(HttpMethod.GET, path, 0, told(handler));
    }

    /** Tells what is wrong with the log itself. */
    static ServiceServer.BlockingHandler told(ServiceServer.BlockingHandler handler) {
        return (exchange, body) -> {
            try {
                handler.handle(exchange, body);
            } catch (CorruptLogException e) {
                throw Problem.of(500, "the log is damaged: " + e.getMessage()).refused();
            } catch (NotOwnerException e) {
                throw Problem.of(421, "nothing was appended: " + e.getMessage()).refused();
            } catch (IOException e) {
                throw Problem.unavailable("the log: " + e.getMessage(), RETRY_AFTER).refused();
            }
        };
    }

    /** Fields of an answer. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static void send(Exchange exchange, Fields fields) throws IOException {
        send(exchange, Buffer.buffer(object(fields)));
    }

    /** Returns when it is out; who does not take it is cut off. */
    static void send(Exchange exchange, Buffer body) {
        try {
            var _ =
                    exchange.json(200, body)
                            .otherwiseEmpty() // who is gone needs no answer
                            .await(TAKEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            exchange.request().connection().close();
        }
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
}
