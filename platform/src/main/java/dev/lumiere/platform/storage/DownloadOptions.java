package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.TimestampRule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an object is downloaded, and what its URL is signed with. */
final class DownloadOptions {
    private static final Pattern ORIGIN = Pattern.compile("(https?://)?([^/?#@:\\s]+)(:[0-9]+)?");

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "A domain of the bucket, or the name of a proxy before the node, such as"
                            + " https://media.example.com (default: the node's own).")
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
        var url =
                host == null
                        ? client.mediaOrigin() + inBucket(object, path)
                        : origin(host) + (isOwn(host, info) ? path : inBucket(object, path));
        var whole = asked.query().isEmpty() ? url : url + "?" + asked.query();
        return client.signed(signedByKey(whole, object.bucket(), info, until), until);
    }

    private static String inBucket(ObjectName object, String path) {
        return "/" + NodeClient.escaped(object.bucket()) + path;
    }

    /** What is set for a bucket; missing for a folder, of which nothing is. */
    private static JsonNode info(StorageClient client, String bucket)
            throws IOException, InterruptedException {
        try {
            return client.call("/v2/bucketInfo?bucket=" + NodeClient.escaped(bucket));
        } catch (NodeClient.Refused _) {
            return MissingNode.getInstance();
        }
    }

    private static String origin(String host) {
        var parts = ORIGIN.matcher(host);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "--host is no name such as media.example.com: " + host);
        }
        return parts.group(1) == null ? "http://" + host : host;
    }

    private static boolean isOwn(String host, JsonNode info) {
        var name = ORIGIN.matcher(host).replaceFirst("$2");
        return info.path("domains")
                .valueStream()
                .anyMatch(domain -> domain.asText().equalsIgnoreCase(name));
    }

    private String signedByKey(String url, String bucket, JsonNode info, Instant until) {
        if (info.path("timestamp_keys").asInt() == 0) {
            return url;
        }
        if (urlKey == null) {
            throw new StartFailure(
                    "URLs of %s are signed with a key of its own: give it by --url-key"
                            .formatted(bucket));
        }
        var path = url.indexOf('/', url.indexOf("//") + 2);
        var rule = new TimestampRule(List.of(urlKey));
        return url.substring(0, path) + rule.sign(url.substring(path), until);
    }
}
