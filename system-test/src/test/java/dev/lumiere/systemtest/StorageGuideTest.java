package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import dev.lumiere.storage.NodeSdk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the guide to storage shows what a node does, by commands and by Qiniu's SDKs. */
class StorageGuideTest {
    private static final Path PICTURE = RunningNode.ROOT.resolve("media/demo/gogopher.jpg");

    /** What differs from one time to the next. */
    private static final Pattern CHANGING =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d"
                            + "|\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"
                            + "|\\d{17}"
                            + "|(?<=[?&]e=)\\d{10}"
                            + "|(?<=&token=)[\\w:=-]+"
                            + "|\\b[A-Za-z0-9]{40}\\b"); // keys

    private final CodePage page = new CodePage("storage.md", CHANGING);

    @TempDir private static Path folder;

    private static RunningNode node;
    private static JsonObject credentials;

    @BeforeAll
    static void start() throws IOException {
        var home = folder.resolve("home");
        node = RunningNode.up(home, "--workers", "1");
        credentials = new JsonObject(Files.readString(home.resolve("credentials.json")));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String api() {
        return "127.0.0.1:" + node.apiPort();
    }

    private static String media() {
        return "127.0.0.1:" + node.mediaPort();
    }

    private static String accessKey() {
        return credentials.getString("accessKey");
    }

    private static String secretKey() {
        return credentials.getString("secretKey");
    }

    @Test
    void everyBlockIsTheCodeItNames() throws Exception {
        page.checkBlocks(9, () -> "");
    }

    @Test
    void everyCommandPrintsWhatIsShown() throws Exception {
        var directory = Files.createDirectories(folder.resolve("shell"));
        Files.copy(PICTURE, directory.resolve("gopher.jpg"));

        page.checkCommands(node, folder.resolve("home"), directory);
    }

    @Test
    void theJavaCodeDoesWhatIsSaid() throws Exception {
        var example = new StorageExample(api(), media(), accessKey(), secretKey());

        var told = example.upload(PICTURE);
        assertThat(told.get("key")).isEqualTo("2026/gopher.jpg");
        assertThat(told.get("width")).hasToString("640.0");
        assertThat(example.stat().fsize).isEqualTo(Files.size(PICTURE));
        assertThat(example.list()).containsExactly("2026/gopher.jpg");
        assertThat(example.events().getEvents()).containsExactly("put", "mkfile", "delete");

        var saving = get(example.save());
        assertThat(saving.statusCode()).isEqualTo(200);
        var small = ImageIO.read(new ByteArrayInputStream(saving.body()));
        assertThat(small.getWidth()).isEqualTo(200);
        assertThat(small.getHeight()).isEqualTo(200);
        assertThat(node.get("/albums/small/gopher.jpg").body()).isEqualTo(saving.body());

        var thumbnail = example.hide();
        assertThat(status(thumbnail)).isEqualTo(200);
        assertThat(status(URI.create("http://" + media() + "/albums/2026/gopher.jpg")))
                .isEqualTo(401);

        example.moveAndDelete();
        assertThatThrownBy(example::stat)
                .isInstanceOfSatisfying(
                        QiniuException.class, e -> assertThat(e.code()).isEqualTo(631));
    }

    @Test
    void theNodeCodeDoesWhatIsSaid() throws Exception {
        var sdk = NodeSdk.in(Files.createDirectories(folder.resolve("script")), "storage.cjs");

        var told = sdk.run(api(), media(), accessKey(), secretKey(), PICTURE.toString());

        assertThat(told.getJsonObject("uploaded").getString("key")).isEqualTo("gopher.jpg");
        assertThat(told.getJsonObject("resumed").getString("key")).isEqualTo("large.jpg");
        assertThat(told.getJsonObject("info").getLong("fsize")).isEqualTo(Files.size(PICTURE));
        assertThat(told.getJsonArray("keys")).isEqualTo(JsonArray.of("gopher.jpg"));
        assertThat(told.getInteger("gone")).isEqualTo(612);
        assertThat(told.getInteger("thumbnail")).isEqualTo(200);
    }

    private static int status(URI uri) {
        return get(uri).statusCode();
    }

    private static HttpResponse<byte[]> get(URI uri) {
        var query = uri.getRawQuery();
        return node.get(uri.getRawPath() + (query == null ? "" : "?" + query));
    }
}
