package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.systemtest.Guide.Shown;
import dev.lumiere.systemtest.Guide.Told;
import dev.lumiere.systemtest.PerceptualDistance.Form;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the picture guide shows what is answered. With {@code -Dlumiere.guide=write} what differs
 * is written into it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuideTest {
    /**
     * What lies between npm's libvips and Debian's, which encode differently, and a little more.
     */
    private static final PerceptualDistance TOLERATED = new PerceptualDistance(1.15, 1.5);

    private static final int MAX_WIDTH = 240;
    private static final long MAX_BYTES = 25_000;
    private static final long MAX_BYTES_IN_ALL = 1_200_000;
    private static final Path ACTUAL = Path.of("target/guide").toAbsolutePath();
    private static final Pattern IMAGE_FILE = Pattern.compile("images/([\\w.-]+)");

    private static final Pattern OPERATION = Pattern.compile("[?|](\\w+)");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final Map<String, byte[]> answers = new HashMap<>();
    private RunningNode node;
    private Guide guide;

    @BeforeAll
    void askForAll(@TempDir Path folder) throws Exception {
        guide = Guide.read();
        node = RunningNode.up(folder.resolve("home"));
        for (var picture : guide.pictures()) {
            answers.put(picture.target(), answer(picture.target()));
        }
        for (var text : guide.texts()) {
            answers.put(text.target(), answer(text.target()));
        }
        Files.createDirectories(ACTUAL);
        if ("write".equals(System.getProperty("lumiere.guide"))) {
            write();
        }
    }

    @AfterAll
    void stop() {
        node.close();
        vertx.close();
    }

    private void write() throws IOException {
        for (var picture : guide.pictures()) {
            if (!picture.isCommitted() || !looksAsShown(picture)) {
                Files.write(Guide.FOLDER.resolve(picture.name()), actual(picture));
            }
        }
        Guide.rewrite(target -> json(target).encodePrettily());
        guide = Guide.read();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aPictureLooksAsItIsShown(Shown picture) throws IOException {
        assertThat(picture.isCommitted()).as("is in docs/images").isTrue();
        var actual = actual(picture);
        var left = ACTUAL.resolve(picture.name());
        Files.write(left, actual);

        assertThat(Form.of(actual)).isEqualTo(Form.of(picture.committed()));
        var distance = PerceptualDistance.between(actual, picture.committed());
        assertThat(distance)
                .as("%s differs; what was answered is in %s", picture.name(), left)
                .matches(d -> d.isWithin(TOLERATED), "is within " + TOLERATED);
        Files.delete(left);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void aTextIsAsItIsTold(Told text) {
        assertThat(json(text.target())).isEqualTo(new JsonObject(text.json()));
        assertThat(text.says()).isEqualTo(Guide.decoded(text.target()));
    }

    /** A source is shown reduced, all else as it is. */
    @ParameterizedTest
    @MethodSource("pictures")
    void whatIsSaidBelowAPictureIsWhatItsLinkAsksFor(Shown picture) {
        var asked = Guide.decoded(picture.target());
        var isSource = !picture.says().contains("?") && asked.contains("?imageView2/2/w/");

        assertThat(isSource ? asked.substring(0, asked.indexOf('?')) : asked)
                .isEqualTo(picture.says());
    }

    /** Else one could be answered in place of the other, and nobody would see it. */
    @Test
    void noTwoPicturesAreWithinWhatIsTolerated() throws IOException {
        var forms = new HashMap<String, Form>();
        for (var picture : distinct()) {
            forms.put(picture.name(), Form.of(picture.committed()));
        }
        var alike = new HashSet<Set<String>>();
        for (var one : distinct()) {
            for (var other : distinct()) {
                if (one.name().compareTo(other.name()) < 0
                        && forms.get(one.name()).equals(forms.get(other.name()))
                        && PerceptualDistance.between(one.committed(), other.committed())
                                .isWithin(TOLERATED)) {
                    alike.add(Set.of(one.name(), other.name()));
                }
            }
        }
        assertThat(alike).isEmpty();
    }

    @Test
    void picturesAreSmallAndNoneIsLeftOver() throws IOException {
        var inAll = 0L;
        for (var picture : distinct()) {
            assertThat(picture.committed()).as(picture.name()).hasSizeLessThan((int) MAX_BYTES);
            assertThat(Form.of(picture.committed()).width()).isLessThanOrEqualTo(MAX_WIDTH);
            inAll += picture.committed().length;
        }
        assertThat(inAll).isLessThan(MAX_BYTES_IN_ALL);

        var used = new HashSet<String>();
        for (var page : List.of(Guide.PAGE, RunningNode.ROOT.resolve("README.md"))) {
            IMAGE_FILE.matcher(Files.readString(page)).results().forEach(m -> used.add(m.group(1)));
        }
        try (var files = Files.list(Guide.FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()).collect(toSet()))
                    .isEqualTo(used);
        }
    }

    @Test
    void everyOperationThatIsOfferedIsShown() {
        var offered =
                node.api("/v1/instances").getJsonArray("instances").stream()
                        .map(instance -> ((JsonObject) instance).getJsonObject("metadata"))
                        .flatMap(
                                metadata -> Arrays.stream(metadata.getString("ops").split(",", -1)))
                        .collect(toSet());
        var shown = new HashSet<String>();
        answers.keySet().stream()
                .map(Guide::decoded)
                .flatMap(target -> OPERATION.matcher(target).results())
                .forEach(operation -> shown.add(operation.group(1)));

        assertThat(offered).isNotEmpty();
        assertThat(shown).containsAll(offered);
    }

    private Stream<Shown> pictures() throws IOException {
        return Guide.read().pictures().stream();
    }

    private Stream<Told> texts() throws IOException {
        return Guide.read().texts().stream();
    }

    /** Each once, however often it is shown. */
    private List<Shown> distinct() {
        var byName = new HashMap<String, Shown>();
        guide.pictures().forEach(picture -> byName.put(picture.name(), picture));
        return List.copyOf(byName.values());
    }

    private boolean looksAsShown(Shown picture) throws IOException {
        return Form.of(actual(picture)).equals(Form.of(picture.committed()))
                && PerceptualDistance.between(actual(picture), picture.committed())
                        .isWithin(TOLERATED);
    }

    private byte[] actual(Shown picture) {
        return answers.getOrDefault(picture.target(), new byte[0]);
    }

    private JsonObject json(String target) {
        return new JsonObject(new String(answers.getOrDefault(target, new byte[0]), UTF_8));
    }

    /** Asks as the reader does who clicks it, of a node on the usual port. */
    private byte[] answer(String target) throws Exception {
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setServer(SocketAddress.inetSocketAddress(node.mediaPort(), "127.0.0.1"))
                        .setHost("127.0.0.1")
                        .setPort(8080)
                        .setURI(target);
        return client.request(options)
                .compose(HttpClientRequest::send)
                .compose(response ->
                        response.body()
                                .map(body -> {
                                    assertThat(response.statusCode())
                                            .as("%s %s", target, body)
                                            .isEqualTo(200);
                                    return body.getBytes();
                                }))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
