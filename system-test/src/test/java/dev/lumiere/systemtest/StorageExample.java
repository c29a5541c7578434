package dev.lumiere.systemtest;

import com.qiniu.storage.BucketManager;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Configuration.ResumableUploadAPIVersion;
import com.qiniu.storage.Region;
import com.qiniu.storage.UploadManager;
import com.qiniu.storage.model.AclType;
import com.qiniu.storage.model.BucketEventRule;
import com.qiniu.storage.model.FileInfo;
import com.qiniu.util.Auth;
import com.qiniu.util.StringMap;
import com.qiniu.util.UrlSafeBase64;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the guide to storage does with Qiniu's SDK for Java. */
final class StorageExample {
    private final String media;
    private final Auth auth;
    private final UploadManager uploads;
    private final BucketManager buckets;

    /** Of a node, such as {@code 127.0.0.1:8081} and {@code 127.0.0.1:8080}. */
    StorageExample(String api, String media, String accessKey, String secretKey) {
        this.media = media;
        // @start region="configure"
        var region =
                new Region.Builder()
                        .region("z0")
                        .accUpHost(api)
                        .srcUpHost(api)
                        .rsHost(api)
                        .rsfHost(api)
                        .ucHost(api)
                        .apiHost(api)
                        .iovipHost(api)
                        .ioSrcHost(media)
                        .build();
        var configuration = Configuration.create(region);
        configuration.useHttpsDomains = false;
        configuration.resumableUploadAPIVersion = ResumableUploadAPIVersion.V2;
        auth = Auth.create(accessKey, secretKey);
        uploads = new UploadManager(configuration);
        buckets = new BucketManager(auth, configuration);
        // @end region="configure"
    }

    /** What the uploader is told. */
    StringMap upload(Path file) throws IOException {
        // @start region="upload"
        buckets.createBucket("albums", "z0");
        var policy =
                new StringMap()
                        .put("returnBody", "{\"key\": $(key), \"width\": $(imageInfo.width)}");
        var token = auth.uploadToken("albums", "2026/gopher.jpg", 3600, policy);
        var told = uploads.put(file.toFile(), "2026/gopher.jpg", token).jsonToMap();
        // @end region="upload"
        return told;
    }

    FileInfo stat() throws IOException {
        // @start region="stat"
        var info = buckets.stat("albums", "2026/gopher.jpg"); // fsize, hash, mimeType, putTime …
        // @end region="stat"
        return info;
    }

    /** The rule as it was made; it is taken away again. */
    BucketEventRule events() throws IOException {
        // @start region="events"
        var rule =
                new BucketEventRule(
                        "photos",
                        new String[] {"put", "mkfile", "delete"},
                        new String[] {"https://hooks.example.com/photos"});
        buckets.putBucketEvent("albums", rule.setPrefix("2026/").setSuffix(".jpg"));
        // @end region="events"
        var made = buckets.getBucketEvents("albums")[0];
        buckets.deleteBucketEvent("albums", "photos");
        return made;
    }

    List<String> list() throws IOException {
        // @start region="list"
        var listing = buckets.listFiles("albums", "2026/", null, 1000, "");
        var keys = Arrays.stream(listing.items).map(item -> item.key).toList();
        // @end region="list"
        return keys;
    }

    /** Where a small picture is got that is kept besides. */
    @SuppressWarnings("deprecation") // there is no other call that signs a text
    URI save() {
        // @start region="save"
        var to = UrlSafeBase64.encodeToString("albums:small/gopher.jpg");
        var thumbnail = media + "/albums/2026/gopher.jpg?imageView2/1/w/200/h/200";
        var saving = thumbnail + "%7Csaveas/" + to; // with the port, without http://
        var signed = URI.create("http://" + saving + "/sign/" + auth.sign(saving));
        // @end region="save"
        return signed;
    }

    /** Where a small picture is got from a bucket that is private. */
    URI hide() throws IOException {
        // @start region="private"
        buckets.putBucketAccessMode("albums", AclType.PRIVATE);
        var thumbnail = "http://" + media + "/albums/2026/gopher.jpg?imageView2/1/w/200/h/200";
        var signed = URI.create(auth.privateDownloadUrl(thumbnail, 3600));
        // @end region="private"
        return signed;
    }

    void moveAndDelete() throws IOException {
        buckets.delete("albums", "small/gopher.jpg");
        // @start region="delete"
        buckets.move("albums", "2026/gopher.jpg", "albums", "gopher.jpg");
        buckets.delete("albums", "gopher.jpg");
        buckets.deleteBucket("albums");
        // @end region="delete"
    }
}
