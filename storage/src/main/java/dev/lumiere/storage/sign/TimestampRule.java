package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those in whose URL says until when it holds and is signed with a key that we share with
 * a site: {@code sign=<hex>&t=<hex>}, the MD5 of key, path and time. MD5 is what is in use; it
 * keeps honest sites from being linked to, no more.
 *
 * @param keys any of which may have signed, the one in use first
 */
public record TimestampRule(List<String> keys) {
    private static final Pattern SIGN = Pattern.compile("[?&]sign=([0-9a-fA-F]{32})(?:&|$)");
    private static final Pattern TIME = Pattern.compile("[?&]t=([0-9a-fA-F]{1,15})(?:&|$)");

    public TimestampRule {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.contains("")) {
            throw new IllegalArgumentException("no key, or an empty one");
        }
    }

    /** Keeps its keys to itself. */
    @Override
    public String toString() {
        return keys.size() + " keys";
    }

    /**
     * Refuses who may not come in.
     *
     * @param target path and query as they were sent
     * @throws Problem.Refused 403
     */
    public void check(String target, Instant now) {
        var sign = SIGN.matcher(target);
        var time = TIME.matcher(target);
        if (!sign.find() || !time.find()) {
            throw Problem.of(403, "sign or t is missing, or not in hexadecimal digits").refused();
        }
        var question = target.indexOf('?');
        if (!isSigned(target.substring(0, question), time.group(1), sign.group(1))) {
            throw Problem.of(403, "wrong sign").refused();
        }
        if (now.getEpochSecond() > Long.parseLong(time.group(1), 16)) {
            throw Problem.of(403, "t is past").refused();
        }
    }

    private boolean isSigned(String path, String time, String sign) {
        var canonical = canonical(path);
        for (var key : keys) {
            for (var written : canonical == null ? Set.of(path) : List.of(path, canonical)) {
                if (isSame(md5(key + written + time), sign)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSame(byte[] md5, String sign) {
        return MessageDigest.isEqual(md5, HexFormat.of().parseHex(sign));
    }

    /** Everything encoded that can be; null if it is no path. */
    private static @Nullable String canonical(String path) {
        try {
            var decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            return encoded(decoded);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String encoded(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /**
     * What may be asked for until then.
     *
     * @param target an encoded path, of which alone it holds, and a query if there is one
     * @return with a longer query
     */
    public String sign(String target, Instant until) {
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var rest = question < 0 ? "" : "&" + target.substring(question + 1);
        var time = Long.toHexString(until.getEpochSecond());
        var sign = HexFormat.of().formatHex(md5(keys.getFirst() + path + time));
        return path + "?sign=" + sign + "&t=" + time + rest; // the first t counts
    }

    private static byte[] md5(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
