package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One file on its way into a bucket: a small one as a form, a larger one part by part. */
final class Upload {
    private static final int PART_BYTES = 8 << 20;
    private static final String OCTETS = "application/octet-stream";
    private static final String BOUNDARY = "lumiere-7cb1c0f2a3d94e5f";
    private static final JsonMapper JSON = new JsonMapper();

    private final StorageClient client;
    private final ObjectName object;
    private final Path file;
    private final @Nullable String type;

    /**
     * Of a file.
     *
     * @param type MIME type; null to let the node find out
     */
    Upload(StorageClient client, ObjectName object, Path file, @Nullable String type) {
        this.client = client;
        this.object = object;
        this.file = file;
        this.type = type == null ? URLConnection.guessContentTypeFromName(file.toString()) : type;
    }

    /** What the node says of the object: its key and hash. */
    JsonNode run(Progress progress) throws IOException, InterruptedException {
        try (var in = Files.newInputStream(file)) {
            var first = in.readNBytes(PART_BYTES);
            var answer = first.length < PART_BYTES ? form(first) : parts(first, in, progress);
            progress.end();
            return answer;
        }
    }

    private JsonNode form(byte[] content) throws IOException, InterruptedException {
        var head =
                "--%s\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n%s\r\n--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: %s\r\n\r\n"
                        .formatted(BOUNDARY, object.key(), BOUNDARY, type == null ? OCTETS : type);
        return client.upload(
                "POST",
                "/",
                object,
                "multipart/form-data; boundary=" + BOUNDARY,
                BodyPublishers.ofByteArrays(
                        List.of(
                                head.getBytes(StandardCharsets.UTF_8),
                                content,
                                ("\r\n--" + BOUNDARY + "--\r\n")
                                        .getBytes(StandardCharsets.US_ASCII))));
    }

    private JsonNode parts(byte[] first, InputStream in, Progress progress)
            throws IOException, InterruptedException {
        var uploads =
                "/buckets/%s/objects/%s/uploads"
                        .formatted(object.bucket(), StorageClient.encoded(object.key()));
        var begun = client.upload("POST", uploads, object, OCTETS, BodyPublishers.noBody());
        var upload = uploads + "/" + begun.path("uploadId").asText();
        var complete = JSON.createObjectNode();
        var parts = complete.putArray("parts");
        var sent = 0L;
        for (var part = first; part.length > 0; part = in.readNBytes(PART_BYTES)) {
            var number = parts.size() + 1;
            var answer =
                    client.upload(
                            "PUT",
                            upload + "/" + number,
                            object,
                            OCTETS,
                            BodyPublishers.ofByteArray(part));
            parts.addObject().put("partNumber", number).put("etag", answer.path("etag").asText());
            sent += part.length;
            progress.at(sent);
        }
        complete.put("fname", String.valueOf(file.getFileName()));
        if (type != null) {
            complete.put("mimeType", type);
        }
        return client.upload(
                "POST",
                upload,
                object,
                "application/json",
                BodyPublishers.ofString(complete.toString()));
    }
}
