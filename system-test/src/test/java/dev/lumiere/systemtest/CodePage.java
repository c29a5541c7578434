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

/**
 * A page of the docs whose blocks are code that runs, or commands and what they print. With {@code
 * -Dlumiere.guide=write} what differs is written into it.
 */
final class CodePage {
    private static final boolean WRITE = "write".equals(System.getProperty("lumiere.guide"));
    private static final String MEDIA = "http://127.0.0.1:8080";
    private static final String API = "http://127.0.0.1:8081";
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?<head><!-- (?<source>\\S+/\\S+) -->\n```\\w+\n)(?<text>.*?)```\n",
                    Pattern.DOTALL);
    private static final Pattern CONSOLE =
            Pattern.compile("```console\n(?<text>.*?)```\n", Pattern.DOTALL);
    private static final Pattern COMMAND =
            Pattern.compile("\\$ (?<line>.*(?:\n    .*)*)\n(?<out>(?:(?!\\$ ).*\n)*)");

    private final Path page;
    private final Pattern changing;

    /**
     * In the folder of docs.
     *
     * @param changing what differs from one time to the next in what commands print
     */
    CodePage(String name, Pattern changing) {
        page = RunningNode.ROOT.resolve("docs").resolve(name);
        this.changing = changing;
    }

    /** What a program prints. */
    interface Printed {
        String text() throws Exception;
    }

    /**
     * Whether every block is the code it names.
     *
     * @param printed what blocks show that name no region
     */
    void checkBlocks(int atLeast, Printed printed) throws Exception {
        var text = Files.readString(page);
        var blocks = BLOCK.matcher(text).results().toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(atLeast);

        var actual = new ArrayList<String>();
        for (var block : blocks) {
            var source = block.group("source");
            actual.add(source.contains("#") ? region(source) : printed.text());
            if (!WRITE) {
                assertThat(block.group("text")).as(source).isEqualTo(actual.getLast());
            }
        }
        if (WRITE) {
            var next = actual.iterator();
            Files.writeString(
                    page,
                    BLOCK.matcher(text)
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

    /** Whether every command prints what is shown, of a node that runs on that home. */
    void checkCommands(RunningNode node, Path home, Path directory) throws IOException {
        var text = Files.readString(page);
        var shell = new Shell(node, home, directory);
        var rewritten =
                CONSOLE.matcher(text)
                        .replaceAll(block ->
                                quoted("```console\n" + run(block.group("text"), shell) + "```\n"));
        if (WRITE) {
            Files.writeString(page, rewritten);
        }
    }

    private String run(String block, Shell shell) {
        return COMMAND.matcher(block).replaceAll(command -> quoted(run(command, shell)));
    }

    private String run(MatchResult command, Shell shell) {
        var line = command.group("line");
        var out = shell.output(line);
        if (!WRITE) {
            assertThat(unchanging(out)).as(line).isEqualTo(unchanging(command.group("out")));
        }
        var isAsShown = unchanging(out).equals(unchanging(command.group("out")));
        return "$ " + line + "\n" + (isAsShown ? command.group("out") : out);
    }

    private String unchanging(String text) {
        return changing.matcher(text).replaceAll("…");
    }

    private static String quoted(String text) {
        return Matcher.quoteReplacement(text);
    }

    /** Where commands run, as if the node listened on its usual ports. */
    private record Shell(RunningNode node, Path home, Path directory) {
        String output(String line) {
            var api = "http://127.0.0.1:" + node.apiPort();
            var media = "http://127.0.0.1:" + node.mediaPort();
            var program = "'" + String.join("' '", RunningNode.program()) + "'";
            var command =
                    line.replace(API, api).replace(MEDIA, media).replace("./lumiere", program);
            try {
                var builder = new ProcessBuilder("sh", "-c", command).directory(directory.toFile());
                builder.environment().put("LUMIERE_PLATFORM_HOME", home.toString());
                var process = builder.redirectErrorStream(true).start();
                var out =
                        process.inputReader(UTF_8)
                                .readAllAsString()
                                .replace(api, API)
                                .replace(media, MEDIA);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                return out.isEmpty() || out.endsWith("\n") ? out : out + "\n";
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(line, e);
            }
        }
    }
}
