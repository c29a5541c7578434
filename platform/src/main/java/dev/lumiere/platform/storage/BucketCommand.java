package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumiere bucket}: makes, changes, shows and drops buckets. */
@Command(
        name = "bucket",
        description =
                "Make a bucket, change or show what is set for it, or drop an empty one. Options"
                        + " that change something can be given to create and set.")
public final class BucketCommand extends StorageVerb {
    private enum Action {
        create,
        set,
        show,
        drop,
        hide,
        publish
    }

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            description = "create, set, show, drop, hide (downloads need a signed URL) or publish.")
    private Action action = Action.create;

    @Parameters(index = "1", paramLabel = "BUCKET", description = "Its name.")
    private String name = "";

    @Option(
            names = "--region",
            paramLabel = "TAG",
            defaultValue = "z0",
            description = "Of a new bucket (default: ${DEFAULT-VALUE}).")
    private String region = "";

    @Mixin private BucketChanges changes = new BucketChanges();

    @Override
    int run(StorageClient client, PrintStream out) throws IOException, InterruptedException {
        var bucket = NodeClient.escaped(name);
        var calls = changes.of(name);
        if (action != Action.create && action != Action.set && !calls.isEmpty()) {
            throw new IllegalArgumentException(action + " changes nothing else; use set");
        }
        switch (action) {
            case create ->
                    client.call(
                            "/mkbucketv3/%s/region/%s"
                                    .formatted(bucket, NodeClient.escaped(region)));
            case set -> {
                if (calls.isEmpty()) {
                    throw new IllegalArgumentException("nothing to set; see --help");
                }
            }
            case show -> show(client, out);
            case drop -> client.call("/drop/" + bucket);
            case hide -> client.call("/private?bucket=" + bucket + "&private=1");
            case publish -> client.call("/private?bucket=" + bucket + "&private=0");
        }
        change(client, calls);
        return 0;
    }

    /** Says what is done already where something cannot be. */
    private void change(StorageClient client, List<BucketChanges.Call> calls)
            throws IOException, InterruptedException {
        var done = new ArrayList<String>();
        if (action == Action.create) {
            done.add("bucket " + name + " is made");
        }
        for (var call : calls) {
            try {
                client.call(call.target(), call.form());
            } catch (StartFailure e) {
                var before = done.isEmpty() ? "nothing is changed" : String.join(", ", done);
                throw new StartFailure(
                        "%s: %s; before that: %s".formatted(call.option(), e.getMessage(), before));
            }
            done.add(call.option() + " is set");
        }
    }

    private void show(StorageClient client, PrintStream out)
            throws IOException, InterruptedException {
        var info = client.call("/v2/bucketInfo?bucket=" + NodeClient.escaped(name));
        if (isJson()) {
            var named = JsonNodeFactory.instance.objectNode().put("name", name);
            info.properties().forEach(each -> named.set(each.getKey(), each.getValue()));
            out.println(named);
        } else {
            BucketLines.of(info).forEach(each -> out.println(Shown.of(each)));
        }
    }
}
