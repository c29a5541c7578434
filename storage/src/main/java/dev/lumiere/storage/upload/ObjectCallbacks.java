package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.upload.SignedPosts.Posted;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callbacks for objects that nobody uploads: signed by the key that asked for them and by no other,
 * since who names a URL would have its signature for whatever stands there. Any answer of status
 * 200 will do. All block, for half a minute at most.
 */
public final class ObjectCallbacks {
    private static final String JSON = "application/json";

    private final Callbacks callbacks;
    private final KeyRing keys;
    private final MediaFacts media;
    private final Supplier<UUID> ids;

    /**
     * By this sender.
     *
     * @param ids each another, for templates
     */
    public ObjectCallbacks(
            CallbackSender sender,
            KeyRing keys,
            MediaFacts media,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.callbacks = new Callbacks(sender, clock);
        this.keys = keys;
        this.media = media;
        this.ids = ids;
    }

    /**
     * Whose word it is.
     *
     * @param accessKey that signs, as long as it does
     */
    public record By(String account, String accessKey) {}

    /**
     * Tells of an object, as it was put.
     *
     * @return why nobody took it; null if somebody did
     */
    public @Nullable String tell(Callback callback, By by, CatalogObject object)
            throws InterruptedException {
        var request = new UploadRequest(object.key(), "", null, Map.of(), Map.of());
        var values = new Variables(object, request, object.putAt(), ids.get().toString(), media);
        try {
            return told(callback, by, Callbacks.body(callback, values::value), values::value);
        } catch (Problem.Refused e) {
            return e.problem().error();
        }
    }

    /**
     * Tells, in JSON, that nothing came of it.
     *
     * @param json whose fields are the values of templates, too
     * @return why nobody took it; null if somebody did
     */
    public @Nullable String tellFailure(Callback callback, By by, ObjectNode json)
            throws InterruptedException {
        var asJson = new Callback(callback.url(), callback.host(), "", JSON);
        try {
            return told(asJson, by, json.toString(), json::get);
        } catch (Problem.Refused e) {
            return e.problem().error();
        }
    }

    private @Nullable String told(
            Callback callback, By by, String body, Function<String, @Nullable JsonNode> values)
            throws InterruptedException {
        var key = keys.signing(by.account, by.accessKey);
        if (key == null) {
            return "key %s of account %s does not sign".formatted(by.accessKey, by.account);
        }
        var posted = callbacks.tell(callback, key, body, values, answer -> answer);
        return posted instanceof Posted.Failed(var why) ? why : null;
    }
}
