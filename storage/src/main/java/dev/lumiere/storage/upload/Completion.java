package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.ContentTypes;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.rule.ObjectKey;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.sign.PutPolicy;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.SignedPosts.Posted;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes an object of what has come in, whichever way, as the put policy says. All that can be
 * refused is refused before the object is put; only whom a callback does not reach is told with 579
 * that it is there nevertheless.
 */
public final class Completion {
    private static final int TOLD_IN_VAIN = 579;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final Catalog catalog;
    private final Callbacks callbacks;
    private final MediaFacts media;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Of a catalog.
     *
     * @param ids each another
     */
    public Completion(
            Catalog catalog,
            CallbackSender sender,
            MediaFacts media,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.catalog = catalog;
        this.callbacks = new Callbacks(sender, clock);
        this.media = media;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * What can be said before anything has come in.
     *
     * @throws Problem.Refused 401 past the deadline, 631 if the bucket is not there or another
     *     account's, 403 if the key may write nothing in it, 400 for what is not done here
     */
    public void admit(UploadToken token) {
        token.checkDeadline(clock.instant());
        var policy = token.policy();
        var bucket = catalog.bucket(policy.bucket());
        if (bucket == null || !bucket.account().equals(token.credential().account())) {
            throw catalog.buckets().notFound(policy.bucket());
        }
        token.credential().requireSome(Act.WRITE, policy.bucket());
        if (!policy.persistentOps().isEmpty() || !policy.persistentWorkflowTemplateID().isEmpty()) {
            throw Problem.badRequest("put policy: persistentOps are not served here").refused();
        }
    }

    /**
     * The same, of what comes as one object.
     *
     * @param key as the client names it; null if it does not, or has not yet
     * @param bytes of it, at least
     * @throws Problem.Refused as {@link #admit(UploadToken)}, and 403 if its bucket's quota leaves
     *     no room for it
     */
    public void admit(UploadToken token, @Nullable String key, long bytes) {
        admit(token);
        catalog.requireRoom(token.policy().bucket(), knownKey(token.policy(), key), bytes);
    }

    /** What its key will be, if it is let in; null if that is not known. */
    private static @Nullable String knownKey(PutPolicy policy, @Nullable String key) {
        var scope = policy.keyOrPrefix();
        if (scope != null && !policy.isPrefixalScope()) {
            return scope;
        }
        return policy.forceSaveKey() || policy.callbackFetchKey() ? null : key;
    }

    /**
     * Puts the object, and tells whom the policy names.
     *
     * @throws Problem.Refused for all the policy does not allow, 614 for what is there already, and
     *     403 for what the bucket's quota leaves no room for
     */
    public UploadAnswer complete(UploadToken token, UploadRequest request, Content content)
            throws InterruptedException {
        return complete(token, request, content, ChangeKind.PUT);
    }

    /** The same, of what has come in that way. */
    UploadAnswer complete(
            UploadToken token, UploadRequest request, Content content, ChangeKind kind)
            throws InterruptedException {
        admit(token);
        var policy = token.policy();
        checkSize(policy, content.blob().size());
        var now = clock.instant();
        var keyless = object(policy, request, content, now);
        if (!policy.allowsMimeType(keyless.mimeType())) {
            throw Problem.of(403, "mimetype not allowed: " + keyless.mimeType()).refused();
        }
        var uuid = ids.get().toString();
        Function<CatalogObject, Variables> variables =
                object -> new Variables(object, request, now, uuid, media);
        if (policy.callbackFetchKey() && !policy.callbackUrl().isEmpty()) {
            return named(token, keyless, kind, variables.apply(keyless));
        }
        var key = key(policy, request, keyless, variables.apply(keyless)::value);
        var object = called(token, keyless, key);
        var values = variables.apply(object);
        if (!policy.callbackUrl().isEmpty()) {
            var body = Callbacks.body(Callback.of(policy), values::value);
            var put = put(policy, object, kind);
            return switch (told(token, body, values)) {
                case Posted.Taken(var json) -> new UploadAnswer.Json(200, json.toString());
                case Posted.Failed(var why) -> toldInVain(why, put);
            };
        }
        var answer = answer(policy, object, values::value);
        put(policy, object, kind);
        return answer;
    }

    private UploadAnswer answer(
            PutPolicy policy, CatalogObject object, Function<String, @Nullable JsonNode> values) {
        var body =
                policy.returnBody().isEmpty()
                        ? JSON.createObjectNode()
                                .put("hash", object.hash())
                                .put("key", object.key())
                                .toString()
                        : new Template("put policy: returnBody", policy.returnBody()).json(values);
        return policy.returnUrl().isEmpty()
                ? new UploadAnswer.Json(200, body)
                : new UploadAnswer.SeeOther(
                        withQuery(policy.returnUrl(), "upload_ret=" + base64(body)));
    }

    /** The one who is told names the key. */
    private UploadAnswer named(
            UploadToken token, CatalogObject keyless, ChangeKind kind, Variables values)
            throws InterruptedException {
        var policy = token.policy();
        var body = Callbacks.body(Callback.of(policy), values::value);
        return switch (told(token, body, values)) {
            case Posted.Failed(var why) ->
                    throw Problem.of(TOLD_IN_VAIN, "callback failed: " + why).refused();
            case Posted.Taken(var json) -> {
                var key = json.path("key");
                if (!key.isTextual()) {
                    throw Problem.of(TOLD_IN_VAIN, "callback failed: it names no key").refused();
                }
                put(policy, called(token, keyless, key.textValue()), kind);
                yield new UploadAnswer.Json(
                        200, json.has("payload") ? json.path("payload").toString() : "{}");
            }
        };
    }

    /** By the key that signed the token; who is told answers in JSON. */
    private Posted<JsonNode> told(UploadToken token, String body, Variables values)
            throws InterruptedException {
        return callbacks.tell(
                Callback.of(token.policy()),
                token.credential(),
                body,
                values::value,
                Completion::json);
    }

    private static @Nullable JsonNode json(Buffer answer) {
        try {
            var json = JSON.readTree(answer.getBytes());
            return json == null || json.isMissingNode() ? null : json;
        } catch (IOException _) {
            return null;
        }
    }

    private CatalogObject put(PutPolicy policy, CatalogObject object, ChangeKind kind) {
        var ifExists =
                policy.insertOnly()
                        ? IfExists.REFUSE
                        : policy.allowsReplacing() ? IfExists.REPLACE : IfExists.KEEP_SAME;
        return catalog.put(object, ifExists, kind);
    }

    /**
     * Before so many bytes are joined.
     *
     * @throws Problem.Refused 403 or 413
     */
    static void checkSize(PutPolicy policy, long size) {
        if (size < policy.fsizeMin()) {
            throw Problem.of(403, "below FsizeMin: " + size).refused();
        }
        if (!policy.allowsSize(size)) {
            throw Problem.of(413, "exceed FsizeLimit: " + size).refused();
        }
    }

    private static String key(
            PutPolicy policy,
            UploadRequest request,
            CatalogObject keyless,
            Function<String, @Nullable JsonNode> values) {
        var given = request.key();
        if (given != null && !policy.forceSaveKey()) {
            return given;
        }
        return policy.saveKey().isEmpty()
                ? keyless.hash()
                : new Template("put policy: saveKey", policy.saveKey()).plain(values);
    }

    private static CatalogObject called(UploadToken token, CatalogObject keyless, String key) {
        ObjectKey.checkedNew(key);
        token.credential().require(Act.WRITE, keyless.bucket(), key);
        if (!token.policy().allowsKey(key)) {
            throw Problem.of(401, "key doesn't match with scope").refused();
        }
        return keyless.at(keyless.bucket(), key, keyless.putTime());
    }

    /** Under the key that was given, or none yet. */
    private static CatalogObject object(
            PutPolicy policy, UploadRequest request, Content content, Instant now) {
        var key = request.key();
        return CatalogObject.of(
                        policy.bucket(),
                        key == null ? "" : key,
                        content.blob(),
                        mimeType(policy, request, content),
                        now)
                .inClass(policy.fileType())
                .by(policy.endUser())
                .expiringAt(CatalogObject.expiry(policy.deleteAfterDays(), now))
                .with(request.metadata());
    }

    private static String mimeType(PutPolicy policy, UploadRequest request, Content content) {
        var told = request.mimeType();
        var ignored = policy.detectMime() == 1;
        if (told != null
                && !ignored
                && (policy.detectMime() < 0 || !told.equals(ContentTypes.UNKNOWN))) {
            return told;
        }
        var sniffed = content.sniffedType();
        if (ignored && sniffed != null) {
            return sniffed;
        }
        var byName = ContentTypes.of(request.fileName());
        var key = request.key();
        if (byName.equals(ContentTypes.UNKNOWN) && key != null) {
            byName = ContentTypes.of(key);
        }
        return !byName.equals(ContentTypes.UNKNOWN) || sniffed == null ? byName : sniffed;
    }

    private static UploadAnswer toldInVain(String why, CatalogObject object) {
        var error =
                JSON.createObjectNode()
                        .put("error", "callback failed: " + why)
                        .put("code", TOLD_IN_VAIN)
                        .put("hash", object.hash())
                        .put("key", object.key());
        return new UploadAnswer.Json(TOLD_IN_VAIN, error.toString());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String withQuery(String url, String query) {
        return url + (url.indexOf('?') < 0 ? "?" : "&") + query;
    }
}
