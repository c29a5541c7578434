package dev.lumiere.api;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Forwarding;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.json.AppendJson;
import dev.lumiere.eventlog.json.OutcomeJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;

/**
 * Takes appends to other nodes by {@code POST /v1/log/appends?only=here}. Who cannot even be
 * connected to has got nothing, which is certain; anything else that is no outcome leaves it
 * unknown.
 */
public record HttpForwarding(NodeCalls nodes) implements Forwarding {
    /** For the answer to arrive after it was decided. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final long MAX_MILLIS = 60_000;
    private static final int MAX_ANSWER_BYTES = 2 << 20;

    @Override
    public AppendOutcome append(String address, Append append, Duration atMost)
            throws IOException, InterruptedException {
        var millis = Math.clamp(atMost.toMillis(), 1, MAX_MILLIS);
        NodeCalls.Answer answer;
        try {
            answer =
                    nodes.call(
                            HttpMethod.POST,
                            address,
                            "/v1/log/appends?only=here&timeoutMillis=" + millis,
                            Buffer.buffer(AppendJson.text(append)),
                            Duration.ofMillis(millis).plus(GRACE),
                            MAX_ANSWER_BYTES);
        } catch (ConnectException e) {
            throw new NotOwnerException(String.valueOf(e.getMessage()));
        }
        var body = answer.body().toString();
        if (answer.status() == 421) {
            throw new NotOwnerException(address + ": " + body);
        }
        if (answer.status() == 403) {
            throw new IOException(address + " appends nothing for this node: " + body);
        }
        try {
            return OutcomeJson.parse(body);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s answered %d and no outcome".formatted(address, answer.status()), e);
        }
    }
}
