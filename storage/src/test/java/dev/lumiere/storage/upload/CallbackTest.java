package dev.lumiere.storage.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import org.junit.jupiter.api.Test;

class CallbackTest {
    @Test
    void aFormIsTheDefault() {
        assertThat(Callback.checked("http://h/", "", "k=$(key)", "").bodyType())
                .isEqualTo("application/x-www-form-urlencoded");
    }

    @Test
    void ofSeveralUrlsEightCount() {
        var urls = "http://h/1; http://h/2" + ";http://h/3".repeat(9);

        assertThat(Callback.checked(urls, "", "k=$(key)", "").urls())
                .hasSize(8)
                .startsWith("http://h/1", "http://h/2", "http://h/3");
    }

    @Test
    void whatCannotBeToldIsRefusedAtOnce() {
        assertWrong("without callbackbody", "http://h/", "", "", "");
        assertWrong("over 8192", "http://h/" + "a".repeat(9000), "", "k", "");
        assertWrong("callbackhost", "http://h/", "a\r\nb", "k", "");
        assertWrong("callbackbodytype", "http://h/", "", "k", "text/plain");
        assertWrong("http", "ftp://h/", "", "k", "");
        assertThatThrownBy(() -> Callback.checked("http://h/", "", "{", "application/json"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("callbackbody gives no JSON");
    }

    private static void assertWrong(
            String why, String url, String host, String body, String bodyType) {
        assertThatThrownBy(() -> Callback.checked(url, host, body, bodyType))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
