package dev.lumiere.platform.node;

import dev.lumiere.service.Settings;
import dev.lumiere.storage.blob.s3.S3BlobConfig;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the bytes of objects are kept. */
sealed interface BlobsConfig {
    /**
     * A directory of this node alone.
     *
     * @param reserveBytes of its file system that uploads leave free
     */
    record Directory(Path folder, long reserveBytes) implements BlobsConfig {}

    /** An S3 server that nodes share. */
    record S3(S3BlobConfig config) implements BlobsConfig {}

    /** More than the log leaves, so that what is too much can be deleted. */
    long RESERVE_BYTES = 128L << 20;

    /** Of what was read lately. */
    long LOCAL_BYTES = 4L << 30;

    /**
     * Reads {@code storage.blobs}, which is {@code directory} or {@code s3://BUCKET/PREFIX}, and
     * for the latter {@code storage.s3.…}; for the former {@code storage.reserve}.
     */
    static BlobsConfig from(Settings settings, Path home) {
        var directory =
                new Directory(
                        home.resolve("blobs"), settings.bytes("storage.reserve", RESERVE_BYTES));
        var text = settings.text("storage.blobs", "directory");
        var endpoint = settings.text("storage.s3.endpoint", "https://s3.amazonaws.com");
        var region = settings.text("storage.s3.region", "us-east-1");
        var accessKey = settings.text("storage.s3.accessKey", "");
        var secretKey = settings.text("storage.s3.secretKey", "");
        var style = settings.text("storage.s3.style", "path");
        if (!style.equals("path") && !style.equals("host")) {
            settings.fault("storage.s3.style is neither path nor host: " + style);
        }
        if (text.equals("directory")) {
            return directory;
        }
        var place = text.startsWith("s3://") ? text.substring("s3://".length()) : null;
        if (place == null) {
            settings.fault("storage.blobs is neither directory nor s3://BUCKET/PREFIX: " + text);
            return directory;
        }
        var config = s3(settings, place, endpoint, region, accessKey, secretKey, style, home);
        return config == null ? directory : new S3(config);
    }

    private static @Nullable S3BlobConfig s3(
            Settings settings,
            String place,
            String endpoint,
            String region,
            String accessKey,
            String secretKey,
            String style,
            Path home) {
        var slash = place.indexOf('/');
        var prefix = slash < 0 ? "" : place.substring(slash + 1);
        try {
            return new S3BlobConfig(
                    URI.create(endpoint),
                    region,
                    slash < 0 ? place : place.substring(0, slash),
                    prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
                    new S3BlobConfig.Credentials(accessKey, secretKey),
                    style.equals("path"),
                    home.resolve("blobs-s3"),
                    LOCAL_BYTES);
        } catch (IllegalArgumentException e) {
            settings.fault("storage.blobs: " + e.getMessage());
            return null;
        }
    }
}
