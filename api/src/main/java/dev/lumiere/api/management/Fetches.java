package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.rule.ObjectKey;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.source.FetchQueue;
import dev.lumiere.storage.source.SourceFetch;
import dev.lumiere.storage.source.Wish;
import dev.lumiere.storage.upload.Callback;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Objects made of what is at a URL.
 *
 * <pre>{@code
 * POST /fetch/<base64 of URL>/to/<entry>   with /host/<base64>; {"key": …, "hash": …, "fsize": …, "mimeType": …}
 * POST /sisyphus/fetch                     {"url": …, "bucket": …, "key": …, "md5": …, "etag": …,
 *                                           "file_type": 0, "ignore_same_key": false,
 *                                           "callbackurl": …, "callbackbody": …,
 *                                           "callbackbodytype": …, "callbackhost": …}
 *                                          {"id": …, "wait": 3}, done some time later
 * GET  /sisyphus/fetch?id=…                the same; 0 is under way, -1 has ended
 * }</pre>
 */
final class Fetches {
    private final SourceFetch source;
    private final FetchQueue queue;

    Fetches(SourceFetch source, FetchQueue queue) {
        this.source = source;
        this.queue = queue;
    }

    void addTo(SignedCalls calls) {
        calls.onPost("/fetch/", this::fetch);
        calls.on("/sisyphus/fetch", this::later);
    }

    private void fetch(Call call) throws InterruptedException {
        var words = call.words();
        words.expect("fetch");
        var url = words.decoded("URL");
        words.expect("to");
        var to = words.place();
        var host = words.host();
        find(call, to);
        var object =
                source.run(call.buckets().account(), Wish.of(url, host, to.bucket(), to.key()));
        call.answer(
                JsonObject.of(
                        "key", object.key(),
                        "hash", object.hash(),
                        "fsize", object.size(),
                        "mimeType", object.mimeType()));
    }

    private void later(Call call) throws InterruptedException {
        var account = call.buckets().account();
        var standing =
                call.exchange().request().method().equals(HttpMethod.GET)
                        ? queue.find(account, id(call.parameters().required("id")))
                        : queue.add(account, wish(call));
        call.answer(JsonObject.of("id", standing.id().toString(), "wait", standing.ahead()));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw Problem.of(612, "no such fetch").refused();
        }
    }

    private static Wish wish(Call call) {
        try {
            var json = new JsonObject(call.body());
            var to = Place.of(text(json, "bucket"), (String) json.getValue("key"));
            find(call, to);
            var url = text(json, "url");
            if (url.isEmpty()) {
                throw Problem.badRequest("no url").refused();
            }
            var host = Origin.checkedHost(text(json, "host"));
            OutgoingClient.check(url);
            var storageClass = json.getInteger("file_type", 0);
            if (storageClass < 0 || storageClass > OperationText.MAX_CLASS) {
                throw Problem.badRequest("no file_type: " + storageClass).refused();
            }
            return new Wish(
                    url,
                    host,
                    to.bucket(),
                    to.key(),
                    text(json, "md5"),
                    text(json, "etag"),
                    storageClass,
                    json.getBoolean("ignore_same_key", false),
                    report(call, json));
        } catch (DecodeException | ClassCastException _) {
            throw Problem.badRequest("the body is no JSON of a fetch").refused();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("this cannot be fetched: " + e.getMessage()).refused();
        }
    }

    /** Null if nobody is to be told. */
    private static Wish.@Nullable Report report(Call call, JsonObject json) {
        var url = text(json, "callbackurl");
        if (url.isEmpty()) {
            return null;
        }
        var callback =
                Callback.checked(
                        url,
                        text(json, "callbackhost"),
                        text(json, "callbackbody"),
                        text(json, "callbackbodytype"));
        return new Wish.Report(callback, call.buckets().key().accessKey());
    }

    /** Refuses what may not be written to, or made; where no key is given it may become any. */
    private static void find(Call call, Place to) {
        if (to.key() != null) {
            ObjectKey.checkedNew(to.key());
        }
        call.buckets().find(to.bucket(), Act.WRITE, to.key() == null ? "" : to.key());
    }

    /** Empty if it is not there. */
    private static String text(JsonObject json, String name) {
        var value = (String) json.getValue(name);
        return value == null ? "" : value;
    }
}
