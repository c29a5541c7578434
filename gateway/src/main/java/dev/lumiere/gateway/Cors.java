package dev.lumiere.gateway;

import dev.lumiere.storage.rule.CorsRule;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What browsers are told of pages of other origins: as the rules of a bucket say, or that all of
 * them may read where it has none.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
final class Cors {
    static final CharSequence ALLOW_ORIGIN =
            HttpHeaders.createOptimized("Access-Control-Allow-Origin");
    static final CharSequence ANY = HttpHeaders.createOptimized("*");

    private static final CharSequence EXPOSE_HEADERS =
            HttpHeaders.createOptimized("Access-Control-Expose-Headers");
    private static final String ALWAYS_EXPOSED = "X-Reqid";
    private static final String VARY_OF_PREFLIGHT =
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

    private Cors() {}

    /**
     * Puts what an answer says to pages.
     *
     * @param exposed headers that pages may read where there are no rules
     */
    static void allow(
            Asked asked, List<CorsRule> rules, CharSequence exposed, ResultHeaders.Sink headers) {
        var origin = asked.header(HttpHeaders.ORIGIN);
        if (rules.isEmpty()) {
            headers.put(ALLOW_ORIGIN, ANY);
            if (origin != null) {
                headers.put(EXPOSE_HEADERS, exposed);
            }
            return;
        }
        if (origin == null) {
            return;
        }
        var rule = CorsRule.of(origin, "GET", null, rules); // which HEAD is like
        if (rule != null) {
            headers.put(ALLOW_ORIGIN, rule.takesAll() ? ANY : origin);
            headers.put(EXPOSE_HEADERS, exposed(rule));
        }
    }

    private static String exposed(CorsRule rule) {
        return rule.exposed().isEmpty()
                ? ALWAYS_EXPOSED
                : ALWAYS_EXPOSED + ", " + String.join(", ", rule.exposed());
    }

    /** What an answer depends on; also that it depends on the origin, if it does. */
    static @Nullable String vary(@Nullable String others, List<CorsRule> rules) {
        if (rules.isEmpty()) {
            return others;
        }
        return others == null ? "Origin" : others + ", Origin";
    }

    /**
     * Puts what a browser is told that asks whether a page may ask.
     *
     * @return whether it may
     */
    static boolean preflight(Asked asked, List<CorsRule> rules, ResultHeaders.Sink headers) {
        if (rules.isEmpty()) {
            headers.put(ALLOW_ORIGIN, ANY);
            headers.put(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, Admit.METHODS);
            headers.put(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, ANY);
            headers.put(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400");
            return true;
        }
        var origin = asked.header(HttpHeaders.ORIGIN);
        var method = asked.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (origin == null || method == null) {
            headers.put(HttpHeaders.ALLOW, Admit.METHODS);
            return true;
        }
        headers.put(HttpHeaders.VARY, VARY_OF_PREFLIGHT);
        var sent = asked.header(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        var rule = CorsRule.of(origin, method, sent, rules);
        if (rule == null) {
            return false;
        }
        headers.put(ALLOW_ORIGIN, rule.takesAll() ? ANY : origin);
        headers.put(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", rule.methods()));
        if (!rule.headers().isEmpty()) {
            headers.put(
                    HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", rule.headers()));
        }
        headers.put(HttpHeaders.ACCESS_CONTROL_MAX_AGE, Long.toString(rule.maxAge()));
        return true;
    }
}
