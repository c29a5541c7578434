package dev.lumiere.storage.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.http.Headers;
import com.qiniu.util.Auth;
import dev.lumiere.service.fetch.OutgoingClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutgoingSignatureTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com/done, application/x-www-form-urlencoded",
        "http://example.com:8080/done?a=%20b, application/x-www-form-urlencoded",
        "http://example.com:8080/done?a=1, application/json",
        "https://example.com/, application/json",
    })
    void theSdkKnowsThatItIsUs(String url, String type) {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var body = "key=a&size=1".getBytes(StandardCharsets.UTF_8);
        var headers = new Headers.Builder().add("Content-Type", type).build();
        var request = new Auth.Request(url, "POST", headers, body);

        var old = OutgoingSignature.qbox(Keys.SDK, OutgoingClient.target(url), type, body);
        var now = OutgoingSignature.qiniu(Keys.SDK, "POST", URI.create(url), type, body);

        assertThat(auth.isValidCallback(old, request)).isTrue();
        assertThat(auth.isValidCallback(now, request)).isTrue();
        assertThat(auth.isValidCallback(old + "a", request)).isFalse();
    }
}
