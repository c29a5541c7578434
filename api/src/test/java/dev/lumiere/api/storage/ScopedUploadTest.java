package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.NARROW;
import static dev.lumiere.api.storage.UploadServer.READER;
import static dev.lumiere.api.storage.UploadServer.field;
import static dev.lumiere.api.storage.UploadServer.file;
import static dev.lumiere.api.storage.UploadServer.form;
import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is uploaded with a key that may not do everything. */
class ScopedUploadTest {
    @TempDir static Path folder;
    private static UploadServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new UploadServer(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static HttpResponse<String> upload(Credential by, String key, Object... policy)
            throws Exception {
        return server.post(
                form(
                        field("token", token(by, "bucket", policy)),
                        field("key", key),
                        file("a.txt", "content of " + key)));
    }

    private static void assertRefused(HttpResponse<String> answer, String what) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains("\"key " + what + "\"");
    }

    @Test
    void aFormIsTakenWhereTheKeyMayWrite() throws Exception {
        assertThat(upload(NARROW, "2026/a").statusCode()).isEqualTo(200);
        assertRefused(upload(NARROW, "2025/a"), "narrow may not write bucket/2025/a");
        assertRefused(upload(READER, "2026/b"), "reader may not write bucket bucket");
        assertThat(server.find("2025/a")).isNull();
        assertThat(server.find("2026/b")).isNull();
    }

    @Test
    void theKeyThatIsMadeIsTheOneThatCounts() throws Exception {
        assertRefused(
                upload(NARROW, "2026/c", "saveKey", "2025/c", "forceSaveKey", true),
                "narrow may not write bucket/2025/c");
        assertThat(server.find("2025/c")).isNull();
        assertThat(server.find("2026/c")).isNull();
    }

    @Test
    void blocksAndPartsAreNotTakenInVain() throws Exception {
        var token = "UpToken " + token(READER, "bucket");
        assertRefused(
                server.send("POST", "/mkblk/3", "abc".getBytes(UTF_8), "Authorization", token),
                "reader may not write bucket bucket");
        var uploads =
                "/buckets/bucket/objects/%s/uploads"
                        .formatted(Base64.getUrlEncoder().encodeToString("2026/d".getBytes(UTF_8)));
        assertRefused(
                server.send("POST", uploads, new byte[0], "Authorization", token),
                "reader may not write bucket bucket");
    }
}
