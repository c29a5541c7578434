package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the guide to the event log shows code that runs and what is really printed. With {@code
 * -Dlumiere.guide=write} what differs is written into it.
 */
class EventLogGuideTest {
    private static final Path PAGE = RunningNode.ROOT.resolve("docs/event-log.md");
    private static final boolean WRITE = "write".equals(System.getProperty("lumiere.guide"));
    private static final String API = "http://127.0.0.1:8081";
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?<head><!-- (?<source>examples/\\S+) -->\n```\\w+\n)(?<text>.*?)```\n",
                    Pattern.DOTALL);
    private static final Pattern CONSOLE =
            Pattern.compile("```console\n(?<text>.*?)```\n", Pattern.DOTALL);
    private static final Pattern COMMAND =
            Pattern.compile("\\$ (?<line>.*(?:\n    .*)*)\n(?<out>(?:(?!\\$ ).*\n)*)");

    /** What differs from one time to the next. */
    private static final Pattern CHANGING =
            Pattern.compile(
                    "00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]"
                            + "|(?!1{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                            + "|\\d{4}-\\d\\d-\\d\\d[T ][\\d:]{8}(\\.\\d+)?Z?"
                            + "|\\d+ bytes");

    @TempDir private Path folder;

    @Test
    void everyBlockIsTheCodeItNamesOrWhatThatPrints() throws Exception {
        var page = Files.readString(PAGE);
        var blocks = BLOCK.matcher(page).results().toList();
        assertThat(blocks).hasSizeGreaterThan(10);

        var actual = new ArrayList<String>();
        for (var block : blocks) {
            var source = block.group("source");
            actual.add(source.contains("#") ? region(source) : printed());
            if (!WRITE) {
                assertThat(block.group("text")).as(source).isEqualTo(actual.getLast());
            }
        }
        if (WRITE) {
            var next = actual.iterator();
            Files.writeString(
                    PAGE,
                    BLOCK.matcher(page)
                            .replaceAll(
                                    block -> quoted(block.group("head") + next.next() + "```\n")));
        }
    }

    /** What is between {@code @start} and {@code @end}, moved to the left. */
    private static String region(String source) throws IOException {
        var hash = source.indexOf('#');
        var name = source.substring(hash + 1);
        var text = Files.readString(RunningNode.ROOT.resolve(source.substring(0, hash)));
        var start = text.indexOf("// @start region=\"" + name + "\"");
        var end = text.indexOf("// @end region=\"" + name + "\"");
        assertThat(start).as(source).isNotNegative();
        assertThat(end).as(source).isGreaterThan(start);
        return text.substring(text.indexOf('\n', start) + 1, text.lastIndexOf('\n', end))
                        .stripIndent()
                        .strip()
                + "\n";
    }

    /** What the example prints, but for its last lines, which say where its folder is. */
    private static String printed() throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                RunningNode.ROOT.resolve("examples/accounts/target/lumiere/lib")
                                        + "/*",
                                "dev.lumiere.examples.accounts.Main")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var printed = process.inputReader(UTF_8).readAllAsString();
        assertThat(process.waitFor()).isZero();
        return printed.substring(0, printed.indexOf("The log is in")).strip() + "\n";
    }

    @Test
    void everyCommandPrintsWhatIsShown() throws Exception {
        var page = Files.readString(PAGE);
        var home = folder.resolve("home");
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        try (var node = RunningNode.up(home, "--workers", "0", "--bucket", "pics=" + bucket)) {
            var rewritten =
                    CONSOLE.matcher(page)
                            .replaceAll(block ->
                                    quoted(
                                            "```console\n"
                                                    + run(block.group("text"), node, home)
                                                    + "```\n"));
            if (WRITE) {
                Files.writeString(PAGE, rewritten);
            }
        }
    }

    private static String run(String block, RunningNode node, Path home) {
        return COMMAND.matcher(block).replaceAll(command -> quoted(run(command, node, home)));
    }

    private static String run(MatchResult command, RunningNode node, Path home) {
        var line = command.group("line");
        var out = output(line, node, home);
        if (!WRITE) {
            assertThat(unchanging(out)).as(line).isEqualTo(unchanging(command.group("out")));
        }
        var isAsShown = unchanging(out).equals(unchanging(command.group("out")));
        return "$ " + line + "\n" + (isAsShown ? command.group("out") : out);
    }

    private static String output(String line, RunningNode node, Path home) {
        var api = "http://127.0.0.1:" + node.apiPort();
        var program = "'" + String.join("' '", RunningNode.program()) + "'";
        try {
            var builder =
                    new ProcessBuilder(
                            "sh", "-c", line.replace(API, api).replace("./lumiere", program));
            builder.environment().put("LUMIERE_PLATFORM_HOME", home.toString());
            var process = builder.redirectErrorStream(true).start();
            var out = process.inputReader(UTF_8).readAllAsString().replace(api, API);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return out.isEmpty() || out.endsWith("\n") ? out : out + "\n";
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private static String unchanging(String text) {
        return CHANGING.matcher(text).replaceAll("…");
    }

    private static String quoted(String text) {
        return Matcher.quoteReplacement(text);
    }
}
