package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.common.QiniuException;
import com.qiniu.storage.BucketManager;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.UploadManager;
import com.qiniu.storage.model.AclType;
import com.qiniu.storage.model.FileInfo;
import com.qiniu.util.Auth;
import com.qiniu.util.StringMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who stores objects in one bucket of a node, by Qiniu's SDK with the node's first key. */
final class QiniuClient implements AutoCloseable {
    /** What is larger goes by parts of as much. */
    static final int PART_BYTES = 1 << 20;

    private static final long TOKEN_SECONDS = 3600;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    /** Of gigabytes on a slow disk. */
    private static final Duration COMPLETED_WITHIN = Duration.ofMinutes(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String api;
    private final String media;
    private final String bucket;
    private final Auth auth;
    private final UploadManager uploads;
    private final BucketManager objects;

    /** One upload by parts. */
    record Upload(String key, String id, JsonArray parts) {}

    /** Reads the key in the node's home. */
    QiniuClient(RunningNode node, Path home, String bucket) throws IOException {
        api = "127.0.0.1:" + node.apiPort();
        media = "127.0.0.1:" + node.mediaPort();
        this.bucket = bucket;
        var key = new JsonObject(Files.readString(home.resolve("credentials.json")));
        auth = Auth.create(key.getString("accessKey"), key.getString("secretKey"));
        var configuration =
                Configuration.create(
                        new Region.Builder()
                                .region("z0")
                                .accUpHost(api)
                                .srcUpHost(api)
                                .iovipHost(media)
                                .ioSrcHost(media)
                                .rsHost(api)
                                .rsfHost(api)
                                .apiHost(api)
                                .ucHost(api)
                                .build());
        configuration.useHttpsDomains = false;
        configuration.resumableUploadAPIVersion = Configuration.ResumableUploadAPIVersion.V2;
        configuration.resumableUploadAPIV2BlockSize = PART_BYTES;
        uploads = new UploadManager(configuration);
        objects = new BucketManager(auth, configuration);
    }

    void makeBucket() throws QiniuException {
        objects.createBucket(bucket, "z0");
    }

    /** From now on downloads are signed. */
    void hideBucket() throws QiniuException {
        objects.putBucketAccessMode(bucket, AclType.PRIVATE);
    }

    /** How much the bucket has, as it is counted there: {@code size} and {@code count}. */
    JsonObject used() throws IOException, InterruptedException {
        var url = "http://%s/v2/bucketInfo?bucket=%s".formatted(api, bucket);
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(ANSWER_WITHIN)
                        .header(
                                "Authorization",
                                "Qiniu " + auth.signQiniuAuthorization(url, "GET", null, ""))
                        .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("used");
    }

    /** Uploads, by form or by parts as the size is; gives the hash it is answered. */
    String put(String key, byte[] content) throws QiniuException {
        var response =
                content.length > PART_BYTES
                        ? uploads.put(
                                new ByteArrayInputStream(content), key, token(key), null, null)
                        : uploads.put(content, key, token(key));
        return new JsonObject(response.bodyString()).getString("hash");
    }

    /** Uploads by form as a policy says, with these fields more. */
    void put(@Nullable String key, byte[] content, StringMap policy) throws QiniuException {
        uploads.put(content, key, auth.uploadToken(bucket, key, TOKEN_SECONDS, policy));
    }

    /** Uploads if there is nothing; gives the status. */
    int putNew(String key, byte[] content) throws QiniuException {
        var policy = new StringMap().put("insertOnly", 1);
        var token = auth.uploadToken(bucket, key, TOKEN_SECONDS, policy);
        try {
            return uploads.put(content, key, token).statusCode;
        } catch (QiniuException e) {
            if (e.response == null) {
                throw e;
            }
            return e.code();
        }
    }

    FileInfo stat(String key) throws QiniuException {
        return objects.stat(bucket, key);
    }

    void delete(String key) throws QiniuException {
        objects.delete(bucket, key);
    }

    /** Every object, page by page. */
    List<FileInfo> list() throws QiniuException {
        var all = new ArrayList<FileInfo>();
        var pages = objects.createFileListIterator(bucket, "", 100, "");
        while (pages.hasNext()) {
            var page = pages.next();
            if (page == null) {
                throw pages.error();
            }
            all.addAll(List.of(page));
        }
        return all;
    }

    /** Downloads an object, or what an operation makes of it. */
    HttpResponse<byte[]> get(String key, String operation)
            throws IOException, InterruptedException {
        var url = "http://" + media + "/" + bucket + "/" + escaped(key);
        var signed = auth.privateDownloadUrl(operation.isEmpty() ? url : url + "?" + operation);
        var request = HttpRequest.newBuilder(URI.create(signed)).timeout(ANSWER_WITHIN).build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Downloads an object that may be large. */
    InputStream open(String key) throws IOException, InterruptedException {
        var url = "http://" + media + "/" + bucket + "/" + escaped(key);
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_WITHIN).build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static String escaped(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    Upload begin(String key) throws IOException, InterruptedException {
        var begun = call("POST", key, "", new byte[0], ANSWER_WITHIN);
        return new Upload(key, begun.getString("uploadId"), new JsonArray());
    }

    void putPart(Upload upload, byte[] part) throws IOException, InterruptedException {
        upload.parts.add(putPart(upload, upload.parts.size() + 1, part));
    }

    /** Gives what is to be among the upload's parts. */
    JsonObject putPart(Upload upload, int number, byte[] part)
            throws IOException, InterruptedException {
        var rest = "/" + upload.id + "/" + number;
        var taken = call("PUT", upload.key, rest, part, ANSWER_WITHIN);
        return JsonObject.of("partNumber", number, "etag", taken.getString("etag"));
    }

    /** Gives the hash of the object. */
    String complete(Upload upload) throws IOException, InterruptedException {
        var parts = JsonObject.of("parts", upload.parts).toBuffer().getBytes();
        return call("POST", upload.key, "/" + upload.id, parts, COMPLETED_WITHIN).getString("hash");
    }

    /** The same, by a policy with these fields more. */
    void complete(Upload upload, StringMap policy) throws IOException, InterruptedException {
        var parts = JsonObject.of("parts", upload.parts).toBuffer().getBytes();
        var token = auth.uploadToken(bucket, upload.key, TOKEN_SECONDS, policy);
        call("POST", upload.key, "/" + upload.id, parts, COMPLETED_WITHIN, token);
    }

    private JsonObject call(String method, String key, String rest, byte[] body, Duration within)
            throws IOException, InterruptedException {
        return call(method, key, rest, body, within, token(key));
    }

    private JsonObject call(
            String method, String key, String rest, byte[] body, Duration within, String token)
            throws IOException, InterruptedException {
        var encoded = Base64.getUrlEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
        var target =
                "http://%s/buckets/%s/objects/%s/uploads%s".formatted(api, bucket, encoded, rest);
        var request =
                HttpRequest.newBuilder(URI.create(target))
                        .timeout(within)
                        .header("Authorization", "UpToken " + token)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private String token(String key) {
        return auth.uploadToken(bucket, key);
    }

    @Override
    public void close() {
        http.close();
    }
}
