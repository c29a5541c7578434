package dev.lumiere.platform.node;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What a node says when it is up: where it listens, and what to look at first. */
public final class Banner {
    private Banner() {}

    public static void print(PrintStream out, NodeConfig config, Node node, Duration took) {
        var media = url(config.gateway().host(), node.mediaPort());
        var api = url(config.api().host(), node.apiPort());
        out.printf(
                Locale.ROOT,
                """

                Lumiere %s is up after %.1f s.

                  media    %s   folders: %s
                  control  %s   /health  /metrics  /v1/instances  /v1/log   uploads and management of buckets
                  workers  %s
                  sandbox  %s
                  home     %s   keys: credentials.json   event log: eventlog   what it logs: log/node.log
                """,
                Node.VERSION,
                took.toMillis() / 1000.0,
                media,
                String.join(", ", config.storage().buckets().keySet()),
                api,
                node.workersInWords(),
                node.sandboxInWords(),
                config.home());
        if (config.program().sampleMedia().equals(config.storage().buckets().get("demo"))) {
            out.printf(
                    """

                      %s/demo/gogopher.jpg                                    the original, 640×427
                      %s/demo/gogopher.jpg?imageView/1/w/200/h/200            cut to 200×200
                      %s/demo/portrait.jpg?imageView2/2/w/400/format/webp     upright, as WebP
                      %s/demo/scene.jpg?imageInfo                             what it is, as JSON
                    """,
                    media, media, media, media);
        }
        for (var name : node.hiddenBuckets()) {
            out.printf(
                    """

                      NOTE: the folder %s hides the bucket of that name: nothing in that is served
                    """,
                    name);
        }
        var first = node.firstAccount();
        if (first.isNew()) {
            out.printf(
                    """

                      access key  %s
                      secret key  %s   shown this once, kept in credentials.json of the home
                    """,
                    first.credential().accessKey(), first.credential().secretKey());
        }
        out.println();
        out.println("Stop with Ctrl-C.");
        out.flush();
    }

    /** Of a server that listens there. */
    static String url(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
