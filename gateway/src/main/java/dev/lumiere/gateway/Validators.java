package dev.lumiere.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a body is known by, and whether the caller has it already.
 *
 * @param etag quoted, strong
 * @param modified when it last changed; null for a result, which its etag alone identifies
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, section 13</a>
 */
record Validators(String etag, @Nullable Instant modified) {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /** Whether {@code 304 Not Modified} is the answer. {@code If-None-Match} goes first. */
    boolean notModified(MultiMap headers) {
        var noneMatch = headers.get(HttpHeaders.IF_NONE_MATCH);
        if (noneMatch != null) {
            return names(noneMatch);
        }
        var since = headers.get(HttpHeaders.IF_MODIFIED_SINCE);
        if (since == null || modified == null) {
            return false;
        }
        var date = httpDate(since);
        return date != null && !modified.truncatedTo(ChronoUnit.SECONDS).isAfter(date);
    }

    /** Whether a {@code Range} is to be honoured: not if {@code If-Range} names something else. */
    boolean rangeHolds(MultiMap headers) {
        var ifRange = headers.get("if-range");
        if (ifRange == null) {
            return true;
        }
        if (ifRange.startsWith("\"")) {
            return ifRange.equals(etag);
        }
        var date = httpDate(ifRange);
        return date != null
                && modified != null
                && modified.truncatedTo(ChronoUnit.SECONDS).equals(date);
    }

    /** The value of {@code Last-Modified}. */
    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static @Nullable Instant httpDate(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException _) {
            return null;
        }
    }

    /** Weak comparison with a list of etags. */
    private boolean names(String list) {
        if (list.strip().equals("*")) {
            return true;
        }
        for (var at = list.indexOf(etag); at >= 0; at = list.indexOf(etag, at + 1)) {
            var end = at + etag.length();
            var startsThere = at == 0 || " ,/\t".indexOf(list.charAt(at - 1)) >= 0;
            var endsThere = end == list.length() || " ,\t".indexOf(list.charAt(end)) >= 0;
            if (startsThere && endsThere) {
                return true;
            }
        }
        return false;
    }
}
