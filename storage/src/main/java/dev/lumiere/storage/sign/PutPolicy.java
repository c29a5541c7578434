package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.CallbackType;
import dev.lumiere.storage.rule.HostName;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an upload may do, and what becomes of it, as the owner of a key has signed it. Texts that
 * were not given are empty, numbers 0.
 *
 * @param scope {@code bucket}, {@code bucket:key} or {@code bucket:prefix}
 * @param isPrefixalScope whether the scope ends with a prefix of keys
 * @param deadline second since 1970 after which nothing is put any more
 * @param insertOnly whether what is there is never replaced, whatever the scope
 * @param endUser a mark that is kept with the object
 * @param returnUrl where a browser is sent afterwards
 * @param returnBody template of the answer
 * @param callbackUrl who is told, and answers in our place; several with {@code ;} between
 * @param callbackHost sent there as {@code Host}
 * @param callbackBody template of what is told
 * @param callbackBodyType its media type: a form, if it is not given, or JSON
 * @param callbackFetchKey whether the one who is told names the key
 * @param persistentOps what is to be made of the object, with {@code ;} between
 * @param persistentNotifyUrl who is told when that is done
 * @param persistentPipeline queue in which it is done
 * @param persistentType 0 for work as usual, 1 for idle time
 * @param persistentWorkflowTemplateID a workflow in place of operations
 * @param saveKey template of the key
 * @param forceSaveKey whether that holds even if a key is given
 * @param fsizeMin bytes
 * @param fsizeLimit bytes; 0 for no limit
 * @param detectMime 0 to look at the content if no useful type is sent, 1 to look always, -1 to
 *     believe what is sent
 * @param mimeLimit types that are allowed, or denied after a {@code !}, with {@code ;} between
 * @param trafficLimit bits per second; 0 for no limit
 * @param fileType storage class, 0 to 5
 * @param deleteAfterDays 0 for never
 * @see <a href="https://developer.qiniu.com/kodo/1206/put-policy">Put policy</a>
 */
public record PutPolicy(
        String scope,
        boolean isPrefixalScope,
        long deadline,
        boolean insertOnly,
        String endUser,
        String returnUrl,
        String returnBody,
        String callbackUrl,
        String callbackHost,
        String callbackBody,
        String callbackBodyType,
        boolean callbackFetchKey,
        String persistentOps,
        String persistentNotifyUrl,
        String persistentPipeline,
        int persistentType,
        String persistentWorkflowTemplateID,
        String saveKey,
        boolean forceSaveKey,
        long fsizeMin,
        long fsizeLimit,
        int detectMime,
        String mimeLimit,
        long trafficLimit,
        int fileType,
        int deleteAfterDays) {
    private static final long MIN_TRAFFIC = 819_200;
    private static final long MAX_TRAFFIC = 838_860_800;
    private static final int MAX_DAYS = 365_000;

    /**
     * Reads one. Fields that are not known are passed over; numbers may be written as text.
     *
     * @throws Problem.Refused 400 naming the field that is wrong or missing
     */
    public static PutPolicy parse(String json) {
        var from = PolicyFields.read(json);
        var bodyType = from.text("callbackBodyType");
        var policy =
                new PutPolicy(
                        from.text("scope"),
                        from.flag("isPrefixalScope"),
                        from.number("deadline", 0, Long.MAX_VALUE),
                        from.flag("insertOnly"),
                        from.text("endUser"),
                        from.text("returnUrl"),
                        from.text("returnBody"),
                        from.text("callbackUrl"),
                        from.text("callbackHost"),
                        from.text("callbackBody"),
                        bodyType.isEmpty() ? CallbackType.FORM : bodyType,
                        from.flag("callbackFetchKey"),
                        from.text("persistentOps"),
                        from.text("persistentNotifyUrl"),
                        from.text("persistentPipeline"),
                        (int) from.number("persistentType", 0, Integer.MAX_VALUE),
                        from.text("persistentWorkflowTemplateID"),
                        from.text("saveKey"),
                        from.flag("forceSaveKey"),
                        from.number("fsizeMin", 0, Long.MAX_VALUE),
                        from.number("fsizeLimit", 0, Long.MAX_VALUE),
                        (int) from.number("detectMime", -1, 1),
                        from.text("mimeLimit"),
                        from.number("trafficLimit", 0, MAX_TRAFFIC),
                        (int) from.number("fileType", 0, 5),
                        (int) from.number("deleteAfterDays", 0, MAX_DAYS));
        from.require("scope");
        from.require("deadline");
        policy.check();
        return policy;
    }

    private void check() {
        if (bucket().isEmpty()) {
            throw refused("scope names no bucket: " + scope);
        }
        if (!callbackUrl.isEmpty()) {
            if (!returnUrl.isEmpty() || !returnBody.isEmpty()) {
                throw refused("callbackUrl together with returnUrl or returnBody");
            }
            if (callbackBody.isEmpty()) {
                throw refused("callbackUrl without callbackBody");
            }
            if (!HostName.isWithPort(callbackHost)) {
                throw refused("callbackHost is no host and port: " + callbackHost);
            }
            try {
                CallbackType.check("callbackBodyType", callbackBodyType);
            } catch (IllegalArgumentException e) {
                throw refused(String.valueOf(e.getMessage()));
            }
        }
        if (forceSaveKey && saveKey.isEmpty()) {
            throw refused("forceSaveKey without saveKey");
        }
        if (trafficLimit != 0 && trafficLimit < MIN_TRAFFIC) {
            throw refused("trafficLimit is below %d: %d".formatted(MIN_TRAFFIC, trafficLimit));
        }
    }

    private static Problem.Refused refused(String what) {
        return Problem.badRequest("put policy: " + what).refused();
    }

    public String bucket() {
        var colon = scope.indexOf(':');
        return colon < 0 ? scope : scope.substring(0, colon);
    }

    /** What the scope says of keys; null if nothing. */
    public @Nullable String keyOrPrefix() {
        var colon = scope.indexOf(':');
        return colon < 0 ? null : scope.substring(colon + 1);
    }

    /** Whether the scope lets an object of that key be put. */
    public boolean allowsKey(String key) {
        var allowed = keyOrPrefix();
        return allowed == null || (isPrefixalScope ? key.startsWith(allowed) : key.equals(allowed));
    }

    /** Whether other content of the same key is replaced; the scope has to name the key for it. */
    public boolean allowsReplacing() {
        return !insertOnly && keyOrPrefix() != null;
    }

    public boolean isExpired(Instant now) {
        return now.getEpochSecond() > deadline;
    }

    /** Whether so many bytes are not too many. */
    public boolean allowsSize(long bytes) {
        return fsizeLimit == 0 || bytes <= fsizeLimit;
    }

    /** Whether content of that media type may be put, whatever its parameters. */
    public boolean allowsMimeType(String type) {
        if (mimeLimit.isEmpty()) {
            return true;
        }
        var denies = mimeLimit.startsWith("!");
        var semicolon = type.indexOf(';');
        var bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        for (var pattern : mimeLimit.substring(denies ? 1 : 0).split(";", -1)) {
            if (matches(pattern.strip(), bare)) {
                return !denies;
            }
        }
        return denies;
    }

    private static boolean matches(String pattern, String type) {
        var wanted = pattern.toLowerCase(Locale.ROOT);
        var is = type.toLowerCase(Locale.ROOT);
        return wanted.equals("*")
                || wanted.equals("*/*")
                || (wanted.endsWith("/*")
                        ? is.startsWith(wanted.substring(0, wanted.length() - 1))
                        : wanted.equals(is));
    }
}
