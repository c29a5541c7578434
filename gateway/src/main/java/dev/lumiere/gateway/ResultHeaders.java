package dev.lumiere.gateway;

import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StoredObject;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers of every answer that is an object or a result, in one place for all who send one. */
final class ResultHeaders {
    static final CharSequence REQID = HttpHeaders.createOptimized("X-Reqid");
    static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private static final CharSequence NO_SNIFF =
            HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF_VALUE = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("ETag, X-Reqid, Content-Range");
    private static final CharSequence EXPOSED_INSTEAD =
            HttpHeaders.createOptimized("ETag, X-Reqid, Content-Range, Lumiere-Fallback");
    private static final CharSequence ACCEPT_CH = HttpHeaders.createOptimized("Accept-CH");
    private static final CharSequence CONTENT_SECURITY_POLICY =
            HttpHeaders.createOptimized("Content-Security-Policy");

    /** An SVG is a document that may hold scripts; shown by itself it gets none of our origin. */
    private static final CharSequence SVG_POLICY =
            HttpHeaders.createOptimized(
                    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox");

    private static final String CACHE_CONTROL = "cache-control";
    private static final String EXPIRES = "expires";
    private static final String CONTENT_DISPOSITION = "content-disposition";

    private final Buckets buckets;
    private final Duration maxAge;
    private final CharSequence cacheControl;

    /** Where headers go. */
    @FunctionalInterface
    interface Sink {
        /** Adds one; each name comes once. */
        void put(CharSequence name, CharSequence value);
    }

    /**
     * What is the same in all answers.
     *
     * @param buckets which may say how long what is of them may be kept, and by whom
     * @param maxAge how long callers may keep them where nothing else is said
     */
    ResultHeaders(Buckets buckets, Duration maxAge) {
        this.buckets = buckets;
        this.maxAge = maxAge;
        cacheControl = HttpHeaders.createOptimized("public, max-age=" + maxAge.toSeconds());
    }

    /**
     * Puts all headers that say what the body is, where it may go and how long it holds.
     *
     * @param isResult whether the body was made of an object, not the object itself; what was found
     *     out about one, as JSON, is not to be kept by callers
     */
    void put(
            Asked asked,
            Found found,
            String etag,
            String contentType,
            boolean isResult,
            Sink headers) {
        headers.put(REQID, asked.trace().traceId());
        var cors = buckets.settings(found.object().bucket()).cors();
        Cors.allow(asked, cors, found.instead() == null ? EXPOSED : EXPOSED_INSTEAD, headers);
        headers.put(NO_SNIFF, NO_SNIFF_VALUE);
        headers.put(HttpHeaders.CACHE_CONTROL, cacheControl(found, isResult, contentType));
        headers.put(HttpHeaders.ACCEPT_RANGES, BYTES);
        headers.put(HttpHeaders.ETAG, etag);
        headers.put(HttpHeaders.CONTENT_TYPE, contentType);
        if (contentType.startsWith("image/svg")) {
            headers.put(CONTENT_SECURITY_POLICY, SVG_POLICY);
        }
        if (found.instead() != null && found.instead().reason() != null) {
            headers.put(Instead.HEADER, found.instead().reason());
        }
        var reading = found.reading();
        var vary = Cors.vary(reading.vary(), cors);
        if (vary != null) {
            headers.put(HttpHeaders.VARY, vary);
        }
        if (reading.takesHints()) {
            headers.put(ACCEPT_CH, ClientHints.ACCEPTED);
        }
        if (reading.disposition() != null) {
            headers.put(HttpHeaders.CONTENT_DISPOSITION, reading.disposition());
        }
    }

    /**
     * What takes the place of those where the object itself is sent, as its owner has set it; not
     * where it stands for another, nor so that what not all may have is kept by caches in between.
     */
    Map<String, String> own(Found found) {
        var object = found.object();
        if (object.headers().isEmpty() || found.instead() != null) {
            return Map.of();
        }
        var own = new HashMap<>(object.headers());
        if (!buckets.isForAll(object.bucket()) && !keepsNowhere(own.get(CACHE_CONTROL))) {
            own.remove(CACHE_CONTROL);
            own.remove(EXPIRES);
        }
        if (own.containsKey(EXPIRES)) { // which counts only where no age is told
            own.putIfAbsent(CACHE_CONTROL, "public");
        }
        if (found.reading().disposition() != null) {
            own.remove(CONTENT_DISPOSITION);
        }
        return own;
    }

    private static boolean keepsNowhere(@Nullable String cacheControl) {
        return cacheControl != null && cacheControl.toLowerCase(Locale.ROOT).contains("no-store");
    }

    private CharSequence cacheControl(Found found, boolean isResult, String contentType) {
        if (isResult && isJson(contentType)) {
            return NO_STORE;
        }
        if (found.instead() == null) {
            return cacheControl(found.object());
        }
        var told = found.instead().cacheControl();
        return buckets.isForAll(found.object().bucket())
                ? told
                : told.toString().replaceFirst("^public", "private");
    }

    /** What not all may have is kept by who fetched it alone, not by caches in between. */
    private CharSequence cacheControl(StoredObject object) {
        var own = buckets.maxAge(object.bucket());
        var isPrivate = !buckets.isForAll(object.bucket());
        if (own < 0 && !isPrivate) {
            return cacheControl;
        }
        var seconds = own < 0 ? maxAge.toSeconds() : own;
        return (isPrivate ? "private, max-age=" : "public, max-age=") + seconds;
    }

    /** With or without parameters such as a charset. */
    private static boolean isJson(String contentType) {
        return contentType.startsWith("application/json")
                && (contentType.length() == JSON.length()
                        || contentType.charAt(JSON.length()) == ';');
    }
}
