package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.rule.HostName;
import dev.lumiere.storage.sign.TimestampRule;
import java.io.IOException;
import java.net.IDN;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an object is downloaded, and what its URL is signed with. */
final class DownloadOptions {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final int FORBIDDEN = 403;
    private static final int NO_SUCH_BUCKET = 631;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "A domain that is set for the bucket, or the name of a proxy before the node,"
                            + " such as https://media.example.com (default: the node's own).")
    private @Nullable String host;

    @Option(
            names = "--url-key",
            paramLabel = "KEY",
            description = "What URLs of the bucket are signed with, if it has such a key.")
    private @Nullable String urlKey;

    /**
     * The URL of an object, with the right to download it until some time.
     *
     * @throws StartFailure if the key that its bucket's URLs are signed with is not given
     */
    String url(StorageClient client, Asked asked, Instant until)
            throws IOException, InterruptedException {
        var object = asked.object();
        var info = info(client, object.bucket());
        var path = "/" + NodeClient.escaped(object.key()).replace("%2F", "/");
        var origin = host == null ? client.mediaOrigin() : origin(host);
        var url =
                host != null && isOwn(origin, info)
                        ? origin + path
                        : origin + "/" + NodeClient.escaped(object.bucket()) + path;
        var whole = asked.query().isEmpty() ? url : url + "?" + asked.query();
        return client.signed(signedByKey(whole, object.bucket(), info, until), until);
    }

    /** What is set for a bucket; missing for a folder, or where the key may not know it. */
    private JsonNode info(StorageClient client, String bucket)
            throws IOException, InterruptedException {
        try {
            return client.call("/v2/bucketInfo?bucket=" + NodeClient.escaped(bucket));
        } catch (NodeClient.Refused e) {
            if (e.status() == NO_SUCH_BUCKET || (e.status() == FORBIDDEN && host == null)) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    /** Scheme, name and port, as clients send the name. */
    private static String origin(String host) {
        var scheme = host.startsWith(HTTPS) ? HTTPS : HTTP;
        var rest = host.startsWith(scheme) ? host.substring(scheme.length()) : host;
        try {
            var sent = IDN.toASCII(rest).toLowerCase(Locale.ROOT);
            if (!sent.isEmpty() && HostName.isWithPort(sent)) {
                return scheme + sent;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new IllegalArgumentException("--host is no name such as media.example.com: " + host);
    }

    private static boolean isOwn(String origin, JsonNode info) {
        var name = HostName.inHeader(origin.substring(origin.indexOf("//") + 2));
        return info.path("domains").valueStream().anyMatch(each -> each.asText().equals(name));
    }

    private String signedByKey(String url, String bucket, JsonNode info, Instant until) {
        if (urlKey == null && info.path("timestamp_keys").asInt() > 0) {
            throw new StartFailure(
                    "URLs of %s are signed with a key of its own: give it by --url-key"
                            .formatted(bucket));
        }
        if (urlKey == null) {
            return url;
        }
        var path = url.indexOf('/', url.indexOf("//") + 2);
        var rule = new TimestampRule(List.of(urlKey));
        return url.substring(0, path) + rule.sign(url.substring(path), until);
    }
}
