package dev.lumiere.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BucketChangesTest {
    @Command
    private static final class Options {
        @Mixin private BucketChanges changes = new BucketChanges();
    }

    private static List<BucketChanges.Call> calls(String... options) {
        var parsed = new Options();
        new CommandLine(parsed).parseArgs(options);
        return parsed.changes.of("shop");
    }

    private static List<String> order(String... options) {
        return calls(options).stream().map(BucketChanges.Call::option).toList();
    }

    @Test
    void whatClosesComesFirstAndWhatOpensLast() {
        assertThat(
                        order(
                                "--no-protect",
                                "--domain=a.example.com",
                                "--style=thumb=imageView2/1/w/9",
                                "--url-key=abcdefgh",
                                "--private"))
                .containsExactly(
                        "--private",
                        "--url-key",
                        "--style thumb",
                        "--domain a.example.com",
                        "--no-protect");
        assertThat(order("--deny-referer=a.com", "--cors=https://a.com", "--url-key=abcdefgh"))
                .containsExactly("--url-key", "--cors", "--deny-referer");
        assertThat(order("--no-private", "--any-referer", "--no-cors", "--protect", "--index"))
                .containsExactly(
                        "--protect", "--index", "--no-private", "--no-cors", "--any-referer");
    }

    @Test
    void whatContradictsIsToldBeforeAnythingIsDone() {
        assertThatThrownBy(
                        () -> calls("--private", "--allow-referer=a.com", "--deny-referer=b.com"))
                .hasMessage("either --allow-referer or --deny-referer");
        assertThatThrownBy(() -> calls("--any-referer", "--allow-referer=a.com"))
                .hasMessage("either --any-referer or rules for some");
        assertThatThrownBy(() -> calls("--url-key=abcdefgh", "--no-url-keys"))
                .hasMessage("either --url-key or --no-url-keys");
        assertThatThrownBy(() -> calls("--cors=https://a.com", "--no-cors"))
                .hasMessage("either --cors or --no-cors");
        assertThatThrownBy(() -> calls("--max-age=-5")).hasMessage("--max-age is below 0: -5");
    }
}
