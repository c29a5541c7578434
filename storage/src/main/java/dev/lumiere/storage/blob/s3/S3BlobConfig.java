package dev.lumiere.storage.blob.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where an {@link S3BlobStore} keeps contents.
 *
 * @param endpoint of the server, {@code http} or {@code https}
 * @param region as requests are signed for, such as {@code us-east-1}
 * @param bucket must be there
 * @param prefix of all names in the bucket, empty or ending with a slash
 * @param pathStyle whether the bucket is named in the path, not in the host name
 * @param folder of this node alone, for contents on their way; what is in it is lost at the start
 * @param maxLocalBytes how much of {@code folder} those that were read may take
 */
public record S3BlobConfig(
        URI endpoint,
        String region,
        String bucket,
        String prefix,
        Credentials credentials,
        boolean pathStyle,
        Path folder,
        long maxLocalBytes) {
    private static final Pattern REGION = Pattern.compile("[a-zA-Z0-9-]{1,64}");
    private static final Pattern BUCKET =
            Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{1,61}[a-zA-Z0-9]");
    private static final Pattern PREFIX = Pattern.compile("([a-zA-Z0-9._-]{1,100}/){0,5}");

    /** As the server's owner has given them. */
    public record Credentials(String accessKey, String secretKey) {
        public Credentials {
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException("the access key or the secret key is empty");
            }
        }

        @Override
        public String toString() {
            return accessKey + ":…";
        }
    }

    /**
     * Checks everything but whether the bucket is there.
     *
     * @throws IllegalArgumentException with one line for each fault
     */
    public S3BlobConfig {
        var faults = new ArrayList<String>();
        var scheme = endpoint.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || endpoint.getHost() == null) {
            faults.add("not http://host or https://host: " + endpoint);
        } else if (endpoint.getUserInfo() != null || endpoint.getQuery() != null) {
            faults.add("more than a host, a port and a path: " + endpoint.getHost());
        }
        check(REGION, region, "region", faults);
        check(BUCKET, bucket, "bucket", faults);
        check(PREFIX, prefix, "prefix", faults);
        if (maxLocalBytes < 0) {
            faults.add("maxLocalBytes is negative: " + maxLocalBytes);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
    }

    private static void check(Pattern form, String text, String what, List<String> faults) {
        if (!form.matcher(text).matches()) {
            faults.add("no %s of an S3 server: %s".formatted(what, text));
        }
    }
}
