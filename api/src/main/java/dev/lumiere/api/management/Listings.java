package dev.lumiere.api.management;

import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.Act;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What is in a bucket, on the host that SDKs call {@code rsf}.
 *
 * <pre>{@code
 * /list?bucket=…&prefix=…&delimiter=…&marker=…&limit=1000
 *        {"marker": "…", "commonPrefixes": […], "items": [{"key": …, "fsize": …}, …]}
 * /v2/list?…   a line of JSON for each object and common prefix, to the end:
 *        {"marker": "…", "item": {…} or null, "dir": "…"}
 * }</pre>
 */
final class Listings {
    private static final int PAGE = 1000;
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(30);

    private final Catalog catalog;

    /** What is asked for; all of it but the limit. */
    private record Question(String bucket, String prefix, String delimiter, String marker) {
        static Question of(Parameters parameters) {
            return new Question(
                    parameters.required("bucket"),
                    parameters.text("prefix", ""),
                    parameters.text("delimiter", ""),
                    parameters.text("marker", ""));
        }
    }

    /** An object or, without an item, a common prefix, which is named instead. */
    private record Line(String name, @Nullable JsonObject item) {}

    Listings(Catalog catalog) {
        this.catalog = catalog;
    }

    void addTo(SignedCalls calls) {
        calls.on("/list", this::page);
        calls.on("/v2/list", this::stream);
    }

    private void page(Call call) {
        var parameters = call.parameters();
        var question = Question.of(parameters);
        var limit = parameters.number("limit", PAGE, 0, PAGE);
        call.buckets().find(question.bucket(), Act.READ, question.prefix());
        var page = page(question, question.marker(), limit == 0 ? PAGE : limit);
        var items = new JsonArray();
        page.objects().forEach(object -> items.add(ObjectJson.item(object)));
        call.answer(
                JsonObject.of(
                        "marker",
                        page.next(),
                        "commonPrefixes",
                        new JsonArray(page.prefixes()),
                        "items",
                        items));
    }

    private Catalog.Page page(Question question, String marker, int max) {
        return catalog.list(
                question.bucket(), question.prefix(), question.delimiter(), marker, max);
    }

    /** Page by page, each when the one before is out. */
    private void stream(Call call) {
        var parameters = call.parameters();
        var question = Question.of(parameters);
        var limit = parameters.number("limit", 0, 0, Integer.MAX_VALUE);
        call.buckets().find(question.bucket(), Act.READ, question.prefix());
        var response = call.exchange().response();
        var left = limit == 0 ? Long.MAX_VALUE : limit;
        var marker = question.marker();
        do {
            var page = page(question, marker, (int) Math.min(left, PAGE));
            if (!response.headWritten()) { // only now it is known that there is no refusal
                response.setChunked(true).putHeader("Content-Type", "text/plain");
            }
            var lines = lines(page);
            left -= lines.size();
            if (!write(call, text(lines, page.next()))) {
                return;
            }
            marker = page.next();
        } while (!marker.isEmpty() && left > 0);
        response.end();
    }

    /** Objects and prefixes in one order, that of their UTF-8. */
    private static List<Line> lines(Catalog.Page page) {
        var lines = new ArrayList<Line>();
        page.objects()
                .forEach(object -> lines.add(new Line(object.key(), ObjectJson.item(object))));
        page.prefixes().forEach(prefix -> lines.add(new Line(prefix, null)));
        lines.sort(
                Comparator.comparing(
                        line -> line.name().getBytes(StandardCharsets.UTF_8),
                        Arrays::compareUnsigned));
        return lines;
    }

    private static Buffer text(List<Line> lines, String next) {
        var text = Buffer.buffer();
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var isLast = i == lines.size() - 1;
            var item = line.item();
            text.appendString(
                            JsonObject.of(
                                            "marker",
                                            isLast ? next : Catalog.marker(line.name()),
                                            "item",
                                            item,
                                            "dir",
                                            item == null ? line.name() : "")
                                    .encode())
                    .appendString("\n");
        }
        return text;
    }

    /**
     * Returns when it is out.
     *
     * @return false if nobody takes it
     */
    private static boolean write(Call call, Buffer text) {
        try {
            return call.exchange()
                    .response()
                    .write(text)
                    .map(true)
                    .otherwise(false)
                    .await(TAKEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            call.exchange().request().connection().close();
            return false;
        }
    }
}
