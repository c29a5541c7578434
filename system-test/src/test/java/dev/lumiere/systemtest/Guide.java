package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The page that shows what can be asked for. A picture in it is a link to itself, {@code
 * [![ALT](images/NAME)](URL)}, and below it stands in words of code what is asked; an answer in
 * JSON stands below its link, {@code [`TARGET`](URL)}.
 *
 * @param pictures in the order of the page
 */
record Guide(List<Shown> pictures, List<Told> texts) {
    static final Path PAGE = RunningNode.ROOT.resolve("docs/images.md");
    static final Path FOLDER = RunningNode.ROOT.resolve("docs/images");

    private static final String HOST = "http://127.0.0.1:8080";
    private static final Pattern PICTURE =
            Pattern.compile(
                    "\\[!\\[(?<alt>[^]]+)]\\(images/(?<name>[^)]+)\\)]\\((?<url>[^)]+)\\)"
                            + "<br>`(?<code>[^`]+)`");
    private static final Pattern TEXT =
            Pattern.compile(
                    "\\[`(?<code>[^`]+)`]\\((?<url>[^)]+)\\)\\n\\n```json\\n(?<json>.*?)\\n```",
                    Pattern.DOTALL);

    /**
     * A picture.
     *
     * @param target path and query that answer with it
     * @param says what the page says is asked for: an object, an operation on the object shown last
     *     of those that are as they came, or both
     */
    record Shown(String name, String target, String says) {
        byte[] committed() throws IOException {
            return Files.readAllBytes(FOLDER.resolve(name));
        }

        boolean isCommitted() {
            return Files.exists(FOLDER.resolve(name));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An answer in JSON. */
    record Told(String target, String says, String json) {
        @Override
        public String toString() {
            return says;
        }
    }

    static Guide read() throws IOException {
        var page = Files.readString(PAGE);
        return new Guide(pictures(page), texts(page));
    }

    private static List<Shown> pictures(String page) {
        var pictures = new ArrayList<Shown>();
        var source = "";
        for (var found : PICTURE.matcher(page).results().toList()) {
            var code = found.group("code").replace("\\|", "|");
            if (code.startsWith("/") && !code.contains("?")) {
                source = code;
            }
            var says = code.startsWith("/") ? code : source + "?" + code;
            pictures.add(new Shown(found.group("name"), target(found.group("url")), says));
        }
        return List.copyOf(pictures);
    }

    private static List<Told> texts(String page) {
        return TEXT.matcher(page)
                .results()
                .map(m -> new Told(target(m.group("url")), m.group("code"), m.group("json")))
                .toList();
    }

    /** Puts other answers in the place of those in JSON, by what was asked. */
    static void rewrite(UnaryOperator<String> answer) throws IOException {
        var page = Files.readString(PAGE);
        var rewritten = new StringBuilder();
        var matcher = TEXT.matcher(page);
        var end = 0;
        while (matcher.find()) {
            rewritten
                    .append(page, end, matcher.start("json"))
                    .append(answer.apply(target(matcher.group("url"))));
            end = matcher.end("json");
        }
        Files.writeString(PAGE, rewritten.append(page.substring(end)));
    }

    /** Without the host, still encoded. */
    private static String target(String url) {
        if (!url.startsWith(HOST + "/")) {
            throw new IllegalArgumentException("not of this node: " + url);
        }
        return url.substring(HOST.length());
    }

    /** As one reads it. */
    static String decoded(String target) {
        return URLDecoder.decode(target.replace("+", "%2B"), UTF_8);
    }
}
