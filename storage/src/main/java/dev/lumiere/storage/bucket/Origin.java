package dev.lumiere.storage.bucket;

import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.rule.HostName;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a bucket's objects are pulled from that it does not have.
 *
 * @param url without a slash at its end; a slash and the key follow
 * @param host sent in the header {@code Host}; empty for that of the URL
 */
public record Origin(String url, String host) {
    /**
     * Metadata of what was pulled: its {@code ETag} there, as sent. Empty if there was neither that
     * nor a time, so that what was pulled can be told from what was put.
     */
    public static final String ETAG = "origin-etag";

    /** Metadata of what was pulled: its {@code Last-Modified} there, as second since 1970. */
    public static final String MODIFIED = "origin-modified";

    private static final int MAX_ORIGINS = 8;
    private static final int MAX_URL_LENGTH = 1024;

    /**
     * Reads one or several.
     *
     * @param urls with {@code ;} between, the preferred one first
     * @throws IllegalArgumentException saying what is wrong
     */
    public static List<Origin> parse(String urls, String host) {
        var checkedHost = checkedHost(host);
        var origins = new ArrayList<Origin>();
        for (var url : urls.split(";", MAX_ORIGINS + 1)) {
            var origin = new Origin(checked(url.strip()), checkedHost);
            if (origins.contains(origin)) {
                throw new IllegalArgumentException("a source is named twice: " + url.strip());
            }
            origins.add(origin);
        }
        if (origins.size() > MAX_ORIGINS) {
            throw new IllegalArgumentException("over " + MAX_ORIGINS + " sources");
        }
        return origins;
    }

    /**
     * What may stand in the header {@code Host}; also nothing.
     *
     * @throws IllegalArgumentException if it may not
     */
    public static String checkedHost(String host) {
        if (!HostName.isWithPort(host)) {
            throw new IllegalArgumentException("no host and port: " + host);
        }
        return host;
    }

    private static String checked(String url) {
        try {
            OutgoingClient.check(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no source: " + url + ": " + e.getMessage());
        }
        if (url.indexOf('?') >= 0 || url.indexOf('#') >= 0) {
            throw new IllegalArgumentException("no source, as keys follow its path: " + url);
        }
        if (url.length() > MAX_URL_LENGTH) {
            throw new IllegalArgumentException("source over " + MAX_URL_LENGTH + " characters");
        }
        return url.replaceFirst("/+$", "");
    }
}
