package dev.lumiere.examples.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class StoryTest {
    @TempDir private Path folder;

    @RepeatedTest(3)
    void theStoryEndsAsItIsTold() throws Exception {
        var told = new ByteArrayOutputStream();

        new Story(folder, Main.hourly(), new PrintStream(told, true, UTF_8)).tell();

        assertThat(told.toString(UTF_8))
                .contains(
                        "Withdraw[cents=8000]: rejected, only 7000 cents are there",
                        "they add up to Account[owner=Grace, cents=7000], version 4",
                        "as it was before",
                        "account-ada is at version 5: conflict",
                        "here 7500 cents, there 7500 cents",
                        "recovered: true, true\nhere 6000 cents, there 6000 cents",
                        "both saw version 6 and took 40.00: 1 conflict",
                        "Withdraw[cents=4000]: rejected, only 2000 cents are there",
                        "after version 2: Account[owner=Ada, cents=10000]",
                        "at noon: Account[owner=Grace, cents=7000], version 4");
    }
}
