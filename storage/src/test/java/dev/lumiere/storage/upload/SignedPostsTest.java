package dev.lumiere.storage.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.upload.SignedPosts.Letter;
import dev.lumiere.storage.upload.SignedPosts.Posted;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedPostsTest {
    private static final Credential KEY = new Credential("ak", "sk", "a1", true);

    @Test
    void whyAUrlCannotBeReadTellsNothingOfItsQuery() throws Exception {
        var posts =
                new SignedPosts(
                        (_, _, _, _) -> {
                            throw new AssertionError("it is sent");
                        },
                        InstantSource.system());
        var urls = List.of("http://h:0/a?token=secret", "ftp://h/?token=secret");

        var posted = posts.post(urls, new Letter(KEY, "", "text/plain", "b"), answer -> answer);

        assertThat(posted)
                .isInstanceOfSatisfying(
                        Posted.Failed.class,
                        failed ->
                                assertThat(failed.why())
                                        .contains("its port", "neither http nor https")
                                        .doesNotContain("secret"));
    }
}
