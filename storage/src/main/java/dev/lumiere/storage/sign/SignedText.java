package dev.lumiere.storage.sign;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The text of a request that is signed, in the old form and the new, and all the ways in which SDKs
 * write what is the same request: each is tried.
 */
final class SignedText {
    static final String FORM = "application/x-www-form-urlencoded";
    private static final String OCTETS = "application/octet-stream";
    private static final String OWN = "X-Qiniu-";

    private SignedText() {}

    /** What comes before the body in the old form. */
    static String qbox(String target) {
        return target + "\n";
    }

    /** What comes before the body in the new form. */
    static String qiniu(
            String method,
            String target,
            String host,
            @Nullable String contentType,
            Map<String, String> own) {
        var text = new StringBuilder(method + " " + target + "\nHost: " + host);
        if (contentType != null) {
            text.append("\nContent-Type: ").append(contentType);
        }
        own.forEach((name, value) -> text.append('\n').append(name).append(": ").append(value));
        return text.append("\n\n").toString();
    }

    /** Whether the new form signs a body of that type. */
    static boolean signsBody(@Nullable String contentType) {
        return contentType != null && !contentType.isEmpty() && !contentType.equals(OCTETS);
    }

    static boolean isForm(@Nullable String contentType) {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    /** The headers that are signed, by their canonical names; of several values the last. */
    static Map<String, String> ownHeaders(List<Map.Entry<String, String>> headers) {
        var own = new TreeMap<String, String>();
        for (var header : headers) {
            var name = canonical(header.getKey());
            if (name.startsWith(OWN) && name.length() > OWN.length()) {
                own.put(name, header.getValue());
            }
        }
        return own;
    }

    /** First letters in capitals, the rest small. */
    private static String canonical(String name) {
        var canonical = new StringBuilder(name.length());
        var isFirst = true;
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            canonical.append(isFirst ? Character.toUpperCase(c) : Character.toLowerCase(c));
            isFirst = c == '-';
        }
        return canonical.toString();
    }

    /**
     * A target as it was sent; with its path decoded, as Java's SDK signs it; with no path at all
     * where a client had to send one slash.
     */
    static SequencedSet<String> targets(String target) {
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? "" : target.substring(question);
        var targets = new LinkedHashSet<String>();
        targets.add(target);
        var decoded = decoded(path);
        if (decoded != null) {
            targets.add(decoded + query);
        }
        if (path.equals("/")) {
            targets.add(query);
        }
        return targets;
    }

    /** Null for what would read as more than a path. */
    private static @Nullable String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return null;
        }
        try {
            var decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            return decoded.chars().anyMatch(c -> c < ' ' || c == '?') ? null : decoded;
        } catch (IllegalArgumentException _) {
            return null; // a lone percent sign
        }
    }

    /**
     * A host as it was sent; with its port twice, as Node's SDK signs it; without a port; and with
     * the usual ones where clients do not send them, or that to which it was sent, which Java's SDK
     * signs for calls about buckets, but leaves out of the header.
     *
     * @param port to which it was sent; 0 if nobody knows
     */
    static SequencedSet<String> hosts(String host, int port) {
        var hosts = new LinkedHashSet<String>();
        hosts.add(host);
        var colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            hosts.add(host + host.substring(colon));
            hosts.add(host.substring(0, colon));
        } else if (!host.isEmpty()) {
            hosts.add(host + ":80");
            hosts.add(host + ":443");
            if (port > 0) {
                hosts.add(host + ":" + port);
            }
        }
        return hosts;
    }
}
