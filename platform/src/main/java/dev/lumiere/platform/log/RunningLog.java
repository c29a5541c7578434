package dev.lumiere.platform.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.eventlog.json.PageJson;
import dev.lumiere.eventlog.json.PageJson.Page;
import dev.lumiere.platform.client.NodeClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log of a node that runs, over its control plane. */
final class RunningLog implements LogAccess {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    /** For what reads all of a log; the node says meanwhile that it works. */
    private static final Duration WORK_WITHIN = Duration.ofHours(12);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeClient node;

    /**
     * Of a node.
     *
     * @param api such as {@code http://127.0.0.1:8081}
     */
    RunningLog(String api) {
        node = new NodeClient(api);
    }

    @Override
    public String where() {
        return "the node at " + node.api();
    }

    @Override
    public PositionVector end() throws IOException, InterruptedException {
        return PositionVector.parse(json(get("")).path("end").asText());
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException, InterruptedException {
        var target = "/streams?max=%d&prefix=%s".formatted(max, NodeClient.escaped(prefix));
        if (after != null) {
            target += "&after=" + NodeClient.escaped(after.toString());
        }
        var heads = new ArrayList<StreamHead>();
        for (var each : json(get(target)).path("streams")) {
            heads.add(
                    new StreamHead(
                            StreamId.parse(each.path("stream").asText()),
                            each.path("version").asLong()));
        }
        return heads;
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, int max, boolean backwards)
            throws IOException, InterruptedException {
        return page("/streams/%s?from=%d&max=%d&backwards=%s"
                        .formatted(NodeClient.escaped(stream.toString()), from, max, backwards))
                .events();
    }

    @Override
    public List<Event> read(int partition, long from, int max)
            throws IOException, InterruptedException {
        return page("/partitions/%d?from=%d&max=%d".formatted(partition, from, max)).events();
    }

    @Override
    public Page readAll(PositionVector after, int max) throws IOException, InterruptedException {
        return page("/events?after=%s&max=%d".formatted(after, max));
    }

    private Page page(String target) throws IOException, InterruptedException {
        try {
            return PageJson.parse(get(target));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.api() + " answered something else: " + e.getMessage(), e);
        }
    }

    @Override
    public String follow(String after, @Nullable String category, Consumer<Event> events)
            throws IOException, InterruptedException {
        var target = "/tail?after=" + NodeClient.escaped(after);
        if (category != null) {
            target += "&category=" + NodeClient.escaped(category);
        }
        var answer =
                node.send(request(target).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        var position = after;
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            if (answer.statusCode() != 200) {
                var told = lines.readLine();
                throw NodeClient.refused(answer.statusCode(), told == null ? "" : told);
            }
            var failed = false;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    position = line.substring("id: ".length());
                } else if (line.equals("event: problem")) {
                    failed = true;
                } else if (line.startsWith("data: ")) {
                    var data = line.substring("data: ".length());
                    if (failed) {
                        throw new IOException(data);
                    }
                    events.accept(EventJson.parse(data));
                }
            }
        }
        return position;
    }

    @Override
    public List<Progress> consumers() throws IOException, InterruptedException {
        var all = new ArrayList<Progress>();
        for (var consumer : json(get("/consumers")).path("consumers")) {
            for (var each : consumer.path("partitions")) {
                all.add(
                        new Progress(
                                consumer.path("name").asText(),
                                each.path("partition").asInt(),
                                textOrNull(each.path("member")),
                                each.path("position").asLong(),
                                each.path("lag").asLong(),
                                textOrNull(each.path("stopped"))));
            }
        }
        return all;
    }

    private static @Nullable String textOrNull(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }

    @Override
    public String verify() throws IOException, InterruptedException {
        return work("/verification");
    }

    @Override
    public String backUp(int keep) throws IOException, InterruptedException {
        return work("/backups?keep=" + keep);
    }

    private String work(String target) throws IOException, InterruptedException {
        var answer =
                text(
                        request(target)
                                .timeout(WORK_WITHIN)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build());
        var problem = json(answer).path("problem");
        if (problem.isTextual()) {
            throw new IOException(problem.asText());
        }
        return answer.strip();
    }

    private String get(String target) throws IOException, InterruptedException {
        return text(request(target).timeout(ANSWER_WITHIN).GET().build());
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(node.uri("/v1/log" + target));
    }

    private String text(HttpRequest request) throws IOException, InterruptedException {
        var answer = node.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw NodeClient.refused(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    private static JsonNode json(String text) throws IOException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IOException("not an answer of a log: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
