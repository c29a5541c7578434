package dev.lumiere.storage.sign;

import dev.lumiere.service.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The right to download from a private bucket until some time: a URL that ends with {@code
 * e=<second since 1970>&token=<accessKey>:<signature>}, where all before {@code &token=} is signed,
 * with scheme and host.
 */
public final class DownloadToken {
    /** Nothing may follow, since it would not be signed. */
    private static final Pattern END =
            Pattern.compile("[?&](?:e=(?<deadline>[0-9]{1,18})&)?token=(?<token>[^&]*)$");

    private static final Pattern ANYWHERE = Pattern.compile("[?&]token=");
    private static final Pattern DEADLINE_ALONE = Pattern.compile("[?&]e=[0-9]{1,18}$");
    private static final int MAX_TOKEN = 1024;

    private DownloadToken() {}

    /**
     * Who signed a URL. Waits only if {@code keys} do.
     *
     * @param host as it was sent, with a port if there was one
     * @param target path and query as they were sent
     * @throws Problem.Refused 401 if nobody with a key that is enabled did, or it is too late
     */
    public static Credential verify(String host, String target, KeyRing keys, Instant now) {
        var end = END.matcher(target);
        if (!end.find()) {
            throw ANYWHERE.matcher(target).find() ? refused("bad token") : missing();
        }
        var credential = signer(host, target, end, keys);
        if (credential == null) {
            throw refused("bad token");
        }
        if (now.getEpochSecond() > Long.parseLong(end.group("deadline"))) {
            throw refused("token expired");
        }
        return credential;
    }

    private static @Nullable Credential signer(
            String host, String target, Matcher end, KeyRing keys) {
        var token = decoded(end.group("token"));
        var colon = token.indexOf(':');
        if (end.group("deadline") == null || colon < 0 || token.length() > MAX_TOKEN) {
            return null;
        }
        var credential = keys.find(token.substring(0, colon));
        if (credential == null || !credential.isEnabled()) {
            return null;
        }
        var signature = token.substring(colon + 1);
        var signed = target.substring(0, end.start("token") - "&token=".length());
        for (var variant : variants(signed)) {
            for (var address : addresses(host)) {
                if (Signature.isSame(Signature.of(credential, address + variant), signature)) {
                    return credential;
                }
            }
        }
        return null;
    }

    private static List<String> addresses(String host) {
        return List.of(
                "http://" + host,
                "https://" + host,
                "http://" + host + ":80",
                "https://" + host + ":443");
    }

    /** Clients send a bar as it is or not, whatever was signed; and a slash where no path was. */
    private static SequencedSet<String> variants(String signed) {
        var variants = new LinkedHashSet<String>();
        variants.add(signed);
        variants.add(signed.replace("|", "%7C"));
        variants.add(signed.replace("%7C", "|").replace("%7c", "|"));
        if (signed.startsWith("/?")) {
            variants.add(signed.substring(1));
        }
        return variants;
    }

    private static String decoded(String token) {
        try {
            return URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return ""; // which is no token
        }
    }

    private static Problem.Refused missing() {
        return refused("download token not specified");
    }

    private static Problem.Refused refused(String error) {
        return Problem.of(401, error).refused();
    }

    /** A target without the deadline and token at its end, if they are there. */
    public static String strip(String target) {
        var end = END.matcher(target);
        if (end.find()) {
            return target.substring(0, end.start());
        }
        var deadline = DEADLINE_ALONE.matcher(target);
        return deadline.find() ? target.substring(0, deadline.start()) : target;
    }

    /**
     * Signs a URL.
     *
     * @param url complete, encoded as it will be sent
     * @param deadline to the second
     */
    public static String sign(Credential by, String url, Instant deadline) {
        var signed = url + (url.indexOf('?') < 0 ? "?" : "&") + "e=" + deadline.getEpochSecond();
        return signed + "&token=" + by.accessKey() + ":" + Signature.of(by, signed);
    }
}
