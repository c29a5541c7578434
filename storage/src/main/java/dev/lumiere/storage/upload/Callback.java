package dev.lumiere.storage.upload;

import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.rule.CallbackType;
import dev.lumiere.storage.rule.HostName;
import dev.lumiere.storage.sign.PutPolicy;
import java.util.List;

/**
 * Whom to tell of an object, and what.
 *
 * @param url template of where it is posted to; several with {@code ;} between
 * @param host sent there as {@code Host}; empty for that of the URL
 * @param body template of what is posted
 * @param bodyType its media type
 */
public record Callback(String url, String host, String body, String bodyType) {
    private static final int MAX_URLS = 8;
    private static final int MAX_URL_CHARS = 8192;
    private static final int MAX_BODY_CHARS = 65_536;

    /** As a put policy says, whose signature answers for it. */
    static Callback of(PutPolicy policy) {
        return new Callback(
                policy.callbackUrl(),
                policy.callbackHost(),
                policy.callbackBody(),
                policy.callbackBodyType());
    }

    /**
     * As somebody asks for, with all that can be wrong with it looked for.
     *
     * @param bodyType empty for a form
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Callback checked(String url, String host, String body, String bodyType) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("callbackurl without callbackbody");
        }
        if (url.length() > MAX_URL_CHARS || body.length() > MAX_BODY_CHARS) {
            throw new IllegalArgumentException(
                    "callbackurl over %d or callbackbody over %d characters"
                            .formatted(MAX_URL_CHARS, MAX_BODY_CHARS));
        }
        if (!HostName.isWithPort(host)) {
            throw new IllegalArgumentException("callbackhost is no host and port: " + host);
        }
        var type = bodyType.isEmpty() ? CallbackType.FORM : bodyType;
        CallbackType.check("callbackbodytype", type);
        var callback = new Callback(url, host, body, type);
        for (var each : callback.urls()) {
            if (!each.contains("$(")) {
                OutgoingClient.check(each);
            }
        }
        if (callback.isJson()) {
            var _ = new Template("callbackbody", body).json(_ -> null);
        }
        return callback;
    }

    /** Those that count; further ones do not. */
    List<String> urls() {
        var all = List.of(url.split(";", MAX_URLS + 1));
        return all.subList(0, Math.min(all.size(), MAX_URLS)).stream().map(String::strip).toList();
    }

    boolean isJson() {
        return CallbackType.isJson(bodyType);
    }
}
