package dev.lumiere.service.fetch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one server after the other, until one does not lead on.
 *
 * @param body null for a GET
 * @param bounds of the body that comes back
 */
record Call(@Nullable Buffer body, Map<String, String> headers, IncomingBody.Bounds bounds) {
    /** One answer: what was opened, or where else to look. */
    sealed interface Answer {
        record Final(Opened opened) implements Answer {}

        record Redirect(String location) implements Answer {}
    }

    /** For a place that the headers were not written for. */
    Call elsewhere() {
        var others = new HashMap<>(headers);
        others.keySet().removeIf(name -> name.equalsIgnoreCase("Host"));
        return new Call(body, others, bounds);
    }

    private boolean isConditional() {
        return headers.keySet().stream().anyMatch(n -> n.regionMatches(true, 0, "If-", 0, 3));
    }

    /** Sends it; comes with the head of the answer, or fails. */
    Future<Answer> ask(HttpClientConnection connection, FetchTarget target) {
        var answer = Promise.<Answer>promise();
        var intake = Intake.of(connection);
        var options =
                new RequestOptions()
                        .setMethod(body == null ? HttpMethod.GET : HttpMethod.POST)
                        .setHost(authority(target.host()))
                        .setPort(target.port())
                        .setSsl(target.tls())
                        .setURI(target.path())
                        .putHeader(HttpHeaders.USER_AGENT, "Lumiere")
                        .putHeader(HttpHeaders.ACCEPT, "*/*")
                        .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
                        .putHeader(HttpHeaders.CONNECTION, "close");
        headers.forEach(options::putHeader);
        connection
                .request(options)
                .onFailure(answer::tryFail)
                // on the future of the answer itself: any other may tell of it when it has ended
                .onSuccess(request ->
                        (body == null ? request.send() : request.send(body))
                                .onFailure(answer::tryFail)
                                .onSuccess(response -> received(response, intake, answer)));
        return answer.future();
    }

    private void received(HttpClientResponse response, Intake intake, Promise<Answer> answer) {
        try {
            answer.tryComplete(received(response, intake));
        } catch (FetchFailure e) {
            answer.tryFail(e);
        }
    }

    /** On the event loop. */
    private Answer received(HttpClientResponse response, Intake intake) throws FetchFailure {
        var status = response.statusCode();
        switch (status) {
            case 200 -> {}
            case 301, 302, 303, 307, 308 -> {
                var location = response.getHeader(HttpHeaders.LOCATION);
                if (location == null) {
                    throw new FetchFailure("a redirect to nowhere");
                }
                return new Answer.Redirect(location);
            }
            case 304 -> {
                if (isConditional()) {
                    return new Answer.Final(new Opened.NotModified());
                }
                throw new FetchFailure(new Fetched.Failed("status 304", status));
            }
            default -> throw new FetchFailure(new Fetched.Failed("status " + status, status));
        }
        var encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw new FetchFailure("the answer is encoded");
        }
        var length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null
                && (length.length() > 18 || Long.parseLong(length) > bounds.maxBytes())) {
            throw new FetchFailure(String.valueOf(bounds.tooLarge().getMessage()));
        }
        var context = Objects.requireNonNull(Vertx.currentContext());
        return new Answer.Final(
                new Opened.Incoming(new IncomingBody(response, context, intake, bounds)));
    }

    private static String authority(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
