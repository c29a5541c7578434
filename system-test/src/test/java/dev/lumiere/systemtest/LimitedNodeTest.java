package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one caller may take of a node, and from where it can be reached. */
class LimitedNodeTest {
    @TempDir Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    @Test
    void aKeyThatIsUsedTooOftenIsToldSoOnBothPorts() throws Exception {
        try (var node =
                        RunningNode.up(
                                home(),
                                "--workers",
                                "0",
                                "--set",
                                "api.requestsPerKey=1",
                                "--set",
                                "gateway.requestsPerKey=1");
                var client = new QiniuClient(node, home(), "limited")) {
            client.makeBucket();
            client.hideBucket();
            client.put("a", "content".getBytes(UTF_8));

            var download = client.get("a", "");
            assertThat(download.statusCode()).isEqualTo(200);
            for (var i = 0; i < 200 && download.statusCode() == 200; i++) {
                download = client.get("a", "");
            }
            assertThat(download.statusCode()).isEqualTo(429);
            assertThat(download.headers().firstValue("Retry-After")).hasValue("1");

            assertThatThrownBy(
                            () -> {
                                for (var i = 0; i < 200; i++) {
                                    client.stat("a");
                                }
                            })
                    .isInstanceOfSatisfying(
                            QiniuException.class, e -> assertThat(e.code()).isEqualTo(573));
        }
    }

    @Test
    void controlIsReachedFromThisHostAloneUnlessItIsSaid() throws Exception {
        var others = new ArrayList<InetAddress>();
        for (var each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            each.inetAddresses().filter(a -> !a.isLoopbackAddress()).forEach(others::add);
        }
        others.add(InetAddress.ofLiteral("127.0.0.2")); // of this host, but not listened on
        try (var node = RunningNode.up(home(), "--workers", "0")) {
            for (var other : others) {
                for (var port : new int[] {node.apiPort(), node.mediaPort()}) {
                    assertThatThrownBy(() -> new Socket(other, port).close())
                            .as("%s", other)
                            .isInstanceOf(ConnectException.class);
                }
            }
        }
        try (var node = RunningNode.up(home(), "--workers", "0", "--set", "api.listen=0.0.0.0")) {
            new Socket(others.getLast(), node.apiPort()).close();
        }
    }
}
