package dev.lumiere.storage.blob.s3;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The objects of a bucket below a prefix. A request that fails is tried three times; what comes of
 * it is an {@link IOException}. Any thread may use it.
 */
final class S3Objects implements AutoCloseable {
    /** No request takes longer, its repetitions included, but for the bytes of an answer. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int ATTEMPTS = 3;
    private static final int CONNECTIONS = 128;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private volatile boolean isClosed;

    /** What is known of an object without reading it. */
    record Facts(String key, long size, Instant written) {}

    S3Objects(S3BlobConfig config) {
        bucket = config.bucket();
        prefix = config.prefix();
        var credentials = config.credentials();
        client =
                S3Client.builder()
                        .endpointOverride(config.endpoint())
                        .region(Region.of(config.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                credentials.accessKey(), credentials.secretKey())))
                        .forcePathStyle(config.pathStyle())
                        // not every server knows the newer checksums
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .maxConnections(CONNECTIONS)
                                        .connectionTimeout(CONNECT)
                                        .socketTimeout(SILENCE))
                        .overrideConfiguration(override ->
                                override.apiCallTimeout(LONGEST)
                                        .retryStrategy(
                                                StandardRetryStrategy.builder()
                                                        .maxAttempts(ATTEMPTS)
                                                        .build()))
                        .build();
    }

    /** Null if it is not there. */
    @Nullable Facts find(String key) throws IOException {
        return found(
                key,
                () -> {
                    var head =
                            client.headObject(request -> request.bucket(bucket).key(prefix + key));
                    return new Facts(key, head.contentLength(), head.lastModified());
                });
    }

    /**
     * Begins to read it.
     *
     * @param from the first byte
     * @return null if it is not there
     */
    @Nullable ResponseInputStream<GetObjectResponse> read(String key, long from)
            throws IOException {
        return found(
                key,
                () ->
                        client.getObject(request -> {
                            request.bucket(bucket).key(prefix + key);
                            if (from > 0) {
                                request.range("bytes=" + from + "-");
                            }
                        }));
    }

    /** Whole or not at all, in the place of what is there. */
    void put(String key, RequestBody body) throws IOException {
        done(
                key,
                () -> client.putObject(request -> request.bucket(bucket).key(prefix + key), body));
    }

    /** Nothing if it is not there. */
    void delete(String key) throws IOException {
        done(key, () -> client.deleteObject(request -> request.bucket(bucket).key(prefix + key)));
    }

    /** In the order of keys, at most {@code max} or a thousand. */
    List<Facts> list(String below, String after, int max) throws IOException {
        return done(
                below,
                () ->
                        client
                                .listObjectsV2(request ->
                                        request.bucket(bucket)
                                                .prefix(prefix + below)
                                                .startAfter(prefix + after)
                                                .maxKeys(max))
                                .contents()
                                .stream()
                                .map(object ->
                                        new Facts(
                                                object.key().substring(prefix.length()),
                                                object.size(),
                                                object.lastModified()))
                                .toList());
    }

    /** Begins an object of parts; nothing is seen of it before {@link #complete}. */
    String beginParts(String key) throws IOException {
        return done(
                key,
                () ->
                        client.createMultipartUpload(
                                        request -> request.bucket(bucket).key(prefix + key))
                                .uploadId());
    }

    /**
     * Sends one part.
     *
     * @param number from 1
     */
    CompletedPart putPart(String key, String upload, int number, RequestBody body)
            throws IOException {
        return done(
                key,
                () -> {
                    var part =
                            client.uploadPart(
                                    request ->
                                            request.bucket(bucket)
                                                    .key(prefix + key)
                                                    .uploadId(upload)
                                                    .partNumber(number),
                                    body);
                    return CompletedPart.builder().partNumber(number).eTag(part.eTag()).build();
                });
    }

    /**
     * Has one part copied from another object.
     *
     * @param number from 1
     */
    CompletedPart copyPart(String key, String upload, int number, String source)
            throws IOException {
        return done(
                key,
                () -> {
                    var part =
                            client.uploadPartCopy(request ->
                                    request.sourceBucket(bucket)
                                            .sourceKey(prefix + source)
                                            .destinationBucket(bucket)
                                            .destinationKey(prefix + key)
                                            .uploadId(upload)
                                            .partNumber(number));
                    return CompletedPart.builder()
                            .partNumber(number)
                            .eTag(part.copyPartResult().eTag())
                            .build();
                });
    }

    void complete(String key, String upload, List<CompletedPart> parts) throws IOException {
        done(
                key,
                () ->
                        client.completeMultipartUpload(request ->
                                request.bucket(bucket)
                                        .key(prefix + key)
                                        .uploadId(upload)
                                        .multipartUpload(all -> all.parts(parts))));
    }

    /** Forgets an object of parts that was not completed. */
    void abort(String key, String upload) throws IOException {
        done(
                key,
                () ->
                        client.abortMultipartUpload(request ->
                                request.bucket(bucket).key(prefix + key).uploadId(upload)));
    }

    /** Forgets objects of parts that were begun before that time, the first thousand of them. */
    void abortOlder(String below, Instant before) throws IOException {
        var uploads =
                done(
                        below,
                        () ->
                                client.listMultipartUploads(request ->
                                                request.bucket(bucket).prefix(prefix + below))
                                        .uploads());
        for (var upload : uploads) {
            if (upload.initiated().isBefore(before)) {
                abort(upload.key().substring(prefix.length()), upload.uploadId());
            }
        }
    }

    private <T> @Nullable T found(String key, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !"NoSuchBucket".equals(code(e))) {
                return null;
            }
            throw failed(key, e);
        } catch (RuntimeException e) {
            throw failed(key, e);
        }
    }

    private <T> T done(String key, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (RuntimeException e) {
            throw failed(key, e);
        }
    }

    private static @Nullable String code(S3Exception e) {
        return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    }

    private IOException failed(String key, RuntimeException e) {
        if (!(e instanceof SdkException) && !isClosed) {
            throw e;
        }
        return new IOException(
                "S3 fails, bucket %s, %s%s: %s".formatted(bucket, prefix, key, e.getMessage()), e);
    }

    @Override
    public void close() {
        isClosed = true;
        client.close();
    }
}
