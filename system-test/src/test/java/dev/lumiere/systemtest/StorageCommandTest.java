package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands on buckets and objects of which a part cannot be done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StorageCommandTest {
    private static final String PICTURE = RunningNode.ROOT + "/media/demo/gogopher.jpg";

    private Path folder;
    private RunningNode node;

    /** What a command says, and how it ends. */
    private record Outcome(int code, String printed, String said) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        folder = directory;
        node = RunningNode.up(folder.resolve("home"), "--workers", "0");
        done("bucket", "create", "shop", "--domain", "a.example.com");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Outcome run(String name, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return finished(name, all);
    }

    private static Outcome finished(String name, List<String> arguments) throws Exception {
        var process = RunningNode.command(name, arguments);
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        var said = new String(process.getErrorStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), printed, said);
    }

    private String api() {
        return "http://127.0.0.1:" + node.apiPort();
    }

    private String done(String name, String... arguments) throws Exception {
        var outcome = run(name, arguments);
        assertThat(outcome.code()).as(outcome.said()).isZero();
        return outcome.printed();
    }

    private String failed(String name, String... arguments) throws Exception {
        var outcome = run(name, arguments);
        assertThat(outcome.code()).as(outcome.printed()).isOne();
        return outcome.said();
    }

    @Test
    void aBucketThatIsMadeOnlyInPartIsClosedFirst() throws Exception {
        assertThat(failed("bucket", "create", "half", "--domain", "a.example.com", "--private"))
                .contains("--domain a.example.com: ", "bucket half is made, --private is set");
        assertThat(done("bucket", "show", "half")).containsPattern("private +yes");
        assertThat(failed("bucket", "set", "half", "--no-private", "--url-key", "short"))
                .contains("--url-key: ", "nothing is changed");
        assertThat(done("bucket", "show", "half")).containsPattern("private +yes");
    }

    @Test
    void whatCanBeDeletedIs() throws Exception {
        done("put", PICTURE, "shop/a\u001bb.jpg");
        assertThat(done("ls", "shop")).contains("a\\u001bb.jpg");

        assertThat(failed("rm", "shop/gone", "shop/a\u001bb.jpg", "shop/none"))
                .contains("shop/gone: no such file", "shop/none: no such file");
        assertThat(done("ls", "shop")).isEmpty();

        done("put", PICTURE, "shop/b.jpg");
        assertThat(failed("rm", "shop/b.jpg", "/typo")).contains("not BUCKET/KEY: /typo");
        assertThat(done("ls", "shop")).contains("b.jpg");
        done("rm", "shop/b.jpg");
    }

    @Test
    void whatIsNamedMayBeAFolder() throws Exception {
        done("put", PICTURE, "shop/c/d.jpg");
        var there = Files.createDirectories(folder.resolve("there"));

        done("get", "shop/c/d.jpg", there.toString());
        assertThat(there.resolve("d.jpg")).hasSameBinaryContentAs(Path.of(PICTURE));
        assertThat(failed("get", "shop/c/d.jpg", folder + "/none/")).contains("no such folder: ");
        assertThat(failed("put", there.toString(), "shop")).contains("not a file ");
        Files.createDirectories(there.resolve("e/d.jpg"));
        assertThat(failed("get", "shop/c/d.jpg", there.resolve("e").toString()))
                .contains("there is a folder in its place: ");
        done("rm", "shop/c/d.jpg");
    }

    @Test
    void objectsAreCopiedAndMovedAlsoIntoOtherBuckets() throws Exception {
        done("bucket", "create", "other");
        done("put", PICTURE, "shop/f/g.jpg");

        done("cp", "shop/f/g.jpg", "other/");
        done("mv", "shop/f/g.jpg", "other/f/");
        assertThat(done("ls", "shop")).isEmpty();
        assertThat(done("ls", "--recursive", "other")).contains(" g.jpg", " f/g.jpg");
        assertThat(failed("mv", "other/g.jpg", "other/f/g.jpg")).contains("file exists");
        done("mv", "--force", "other/g.jpg", "other/f/g.jpg");
        assertThat(failed("cp", "other/g.jpg", "shop")).contains("no such file");
        assertThat(failed("cp", "other/", "shop")).contains("name a KEY for: other/");
        assertThat(done("ls", "--recursive", "other").lines()).hasSize(1);
        done("rm", "other/f/g.jpg");
        done("bucket", "drop", "other");
    }

    @Test
    void aKeyThatMayReadAPartSignsForThat() throws Exception {
        var key =
                new JsonObject(
                        done("key", "create", "--allow", "read", "--in", "shop:p/", "--json"));
        var home = Files.createDirectories(folder.resolve("part"));
        var file = home.resolve("credentials.json");
        var asked = List.of("shop/p/a", "--home", home.toString(), "--api", api());

        Files.writeString(file, "{}");
        assertThat(finished("sign", asked).said()).contains(" has no accessKey or no secretKey");
        Files.writeString(file, key.encode());
        assertThat(finished("sign", asked).printed()).contains("/shop/p/a?e=");
        var byHost = new ArrayList<>(asked);
        byHost.addAll(List.of("--host", "a.example.com"));
        assertThat(finished("sign", byHost).said()).contains(" may not read bucket shop (403)");
    }

    @Test
    void aFolderIsPutWhole() throws Exception {
        var site = Files.createDirectories(folder.resolve("site/pictures/old"));
        Files.copy(Path.of(PICTURE), site.resolve("a.jpg"));
        Files.writeString(folder.resolve("site/index.html"), "hello");
        Files.createSymbolicLink(site.resolve("link"), Path.of("/etc/hostname"));
        var linked = Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("site"));
        var long1 = Files.createDirectories(folder.resolve("deep/" + "d".repeat(250)));
        var long2 = Files.createDirectories(long1.resolve("e".repeat(250) + "/" + "f".repeat(250)));
        Files.writeString(long2.resolve("a"), "its key would be too long");
        Files.writeString(folder.resolve("deep/z"), "hello");

        assertThat(failed("put", site.toString(), "shop")).contains("not a file (see --recursive)");
        assertThat(failed("put", "--recursive", PICTURE, "shop")).contains("no such folder: ");
        assertThat(failed("put", "--recursive", folder + "/deep", "shop"))
                .contains("/f", ": ", "(400)");
        done("rm", "shop/z");
        var none = Files.createDirectories(folder.resolve("nothing")).toString();
        assertThat(failed("put", "--recursive", none, "shop")).contains("no files in: ");
        assertThat(done("put", "--recursive", linked.toString(), "shop/v1").lines())
                .extracting(line -> line.replaceFirst(" .*", ""))
                .containsExactly("shop/v1/index.html", "shop/v1/pictures/old/a.jpg");
        assertThat(done("ls", "--recursive", "shop").lines()).hasSize(2);
        done("rm", "shop/v1/index.html", "shop/v1/pictures/old/a.jpg");
    }

    /** Of the answer to a URL of another host, of which this node is asked. */
    private String statusLine(String url) throws Exception {
        var uri = URI.create(url);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.mediaPort())) {
            var request =
                    "GET %s?%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(uri.getRawPath(), uri.getRawQuery(), uri.getAuthority());
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                    .readLine();
        }
    }

    @Test
    void urlsAreSignedAsTheirBucketWantsThem() throws Exception {
        var key = "a-key-that-a-site-has";
        done(
                "bucket",
                "create",
                "kept",
                "--private",
                "--url-key",
                key,
                "--domain",
                "k.example.com");
        done("put", PICTURE, "kept/a b?.jpg");
        var name = "kept/a b?.jpg?";

        assertThat(failed("sign", name)).contains("URLs of kept are signed with a key of its own");
        assertThat(failed("get", name, folder + "/")).contains("give it by --url-key");
        var own = done("sign", name, "--url-key", key, "--host", "https://K.example.com").strip();
        assertThat(own).startsWith("https://k.example.com/a%20b%3F.jpg?sign=");
        assertThat(statusLine(own)).contains(" 200 ");
        var other = Character.isDigit(own.charAt(own.indexOf("sign=") + 5)) ? "a" : "0";
        assertThat(statusLine(own.replaceFirst("sign=.", "sign=" + other))).contains(" 403 ");
        assertThat(statusLine(own.replaceFirst("&token.*", ""))).contains(" 401 ");
        var named = name + "attname=b.jpg";
        var proxied = done("sign", named, "--url-key", key, "--host", "[::1]:81").strip();
        assertThat(proxied).startsWith("http://[::1]:81/kept/a%20b%3F.jpg?sign=");
        assertThat(proxied).contains("&attname=b.jpg&e=");
        assertThat(statusLine(proxied)).contains(" 200 ");
        var host = "127.0.0.1:" + node.mediaPort();
        var kept = folder.resolve("kept.jpg").toString();
        done("get", name, kept, "--url-key", key, "--host", host);
        assertThat(folder.resolve("kept.jpg")).hasSameBinaryContentAs(Path.of(PICTURE));
        var wrong = run("sign", name, "--url-key", key, "--host", "k.example.com/a");
        assertThat(wrong.said()).contains("--host is no name such as media.example.com");
        done("rm", "kept/a b?.jpg");
        done("bucket", "drop", "kept");
    }

    @Test
    void whoTakesAFolderForABucketIsTold() throws Exception {
        assertThat(failed("ls", "demo")).contains("demo is a folder of this node");
        assertThat(failed("put", PICTURE, "demo")).contains("demo is a folder of this node");
        assertThat(failed("bucket", "create", "demo")).contains("demo is a folder of this node");
    }
}
