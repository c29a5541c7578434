package dev.lumiere.api.management;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.sign.SignedRequest;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Requests as they came, of which it is to be verified who signed them. */
public final class ReceivedRequest {
    private static final List<String> ONCE = List.of("Authorization", "Content-Type", "Host");

    private ReceivedRequest() {}

    /**
     * One of them.
     *
     * @throws Problem.Refused 400 for a header that may not come twice, since what is signed has to
     *     be what is gone by
     */
    public static SignedRequest of(Exchange exchange, Buffer body) {
        var request = exchange.request();
        for (var name : ONCE) {
            if (request.headers().getAll(name).size() > 1) {
                throw Problem.badRequest("there twice: header " + name).refused();
            }
        }
        return new SignedRequest(
                request.method().name(),
                request.uri(),
                List.copyOf(request.headers().entries()),
                body.getBytes(),
                request.localAddress().port());
    }
}
