package dev.lumiere.platform.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lumiere.platform.node.StartFailure;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A node, over HTTP. */
public final class NodeClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_WITHIN)
                    .build();
    private final String api;

    /**
     * Of a node.
     *
     * @param api such as {@code http://127.0.0.1:8081}
     */
    public NodeClient(String api) {
        this.api = api.replaceFirst("/+$", "");
    }

    /** Where it is, without a slash at the end. */
    public String api() {
        return api;
    }

    /** Of a call, by its path and query. */
    public URI uri(String target) {
        return url(api + target);
    }

    /**
     * What can be asked over HTTP.
     *
     * @throws StartFailure if nothing can at this
     */
    public static URI url(String text) {
        try {
            return HttpRequest.newBuilder(URI.create(text)).build().uri();
        } catch (IllegalArgumentException _) {
            throw new StartFailure("not http://host:port: " + text);
        }
    }

    /**
     * What is answered to a call; missing if that has no content.
     *
     * @throws StartFailure if it is refused, or no node answers
     */
    public JsonNode json(HttpRequest request) throws IOException, InterruptedException {
        var answer = send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw refused(answer.statusCode(), answer.body());
        }
        return parsed(answer.body());
    }

    /**
     * Whatever is answered.
     *
     * @throws StartFailure if no node answers
     */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return client.send(request, handler);
        } catch (ConnectException _) {
            throw new StartFailure("no node answers at " + server(request));
        } catch (IOException e) {
            throw new StartFailure(
                    "the node at %s did not answer: %s".formatted(server(request), reason(e)));
        }
    }

    private static String server(HttpRequest request) {
        return request.uri().getScheme() + "://" + request.uri().getRawAuthority();
    }

    private static String reason(IOException failure) {
        return failure.getCause() instanceof EOFException
                ? "it has closed the connection"
                : String.valueOf(failure.getMessage());
    }

    /** A node that answers, and refuses what it is asked for. */
    public static final class Refused extends StartFailure {
        private final int status;

        private Refused(int status, String message) {
            super(message + " (" + status + ")");
            this.status = status;
        }

        /** Of the answer. */
        public int status() {
            return status;
        }
    }

    /** What is told of a call that was refused, in either form of problems. */
    public static Refused refused(int status, String body) {
        var json = parsed(body);
        var told = json.path("error").asText(json.path("detail").asText());
        return new Refused(status, told.isEmpty() ? body.strip() : told);
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }

    /** Percent-encoded, as a part of a path or query. */
    public static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
