package dev.lumiere.platform.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.Credentials;
import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lumiere key}: keys by which programs use an account. */
@Command(
        name = "key",
        description = "Make keys for programs, list, disable, enable and rotate them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KeyCommand.Create.class,
            KeyCommand.Listing.class,
            KeyCommand.Disable.class,
            KeyCommand.Enable.class,
            KeyCommand.Rotate.class
        })
public final class KeyCommand implements Runnable {
    private static final String KEYS = "/v1/keys";

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which command? create, list, disable, enable, rotate");
    }

    /** {@code lumiere key create}. */
    @Command(name = "create", description = "Make a key. Its secret is shown once.")
    static final class Create extends AccountVerb {
        @Option(
                names = "--account",
                paramLabel = "NAME",
                description = "Whose it is (default: that of the home's key).")
        private String account = "";

        @Option(
                names = "--allow",
                paramLabel = "ACT",
                split = ",",
                description = "What it may do: any of read, write, delete, manage (default: all).")
        private List<String> acts = new ArrayList<>();

        @Option(
                names = "--in",
                paramLabel = "BUCKET[:PREFIX]",
                description =
                        "Where, such as photos or albums:2026/; may be repeated (default:"
                                + " everywhere).")
        private List<String> places = new ArrayList<>();

        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var body = AccountClient.body().put("account", account);
            acts.forEach(body.putArray("acts")::add);
            places.forEach(body.putArray("buckets")::add);
            created(out, client.post(KEYS, body));
            return 0;
        }
    }

    /** {@code lumiere key list}. */
    @Command(name = "list", description = "List the keys of an account, the oldest first.")
    static final class Listing extends AccountVerb {
        @Option(
                names = "--account",
                paramLabel = "NAME",
                description = "Whose (default: those of the home's key's account).")
        private String account = "";

        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var query = account.isEmpty() ? "" : "?account=" + NodeClient.escaped(account);
            for (var key : client.get(KEYS + query).path("keys")) {
                key(out, key);
            }
            return 0;
        }
    }

    /** Of one key. */
    abstract static class OfOne extends AccountVerb {
        @Parameters(paramLabel = "KEY", description = "The access key.")
        private String accessKey = "";

        final String accessKey() {
            return accessKey;
        }

        final JsonNode post(AccountClient client, String act)
                throws IOException, InterruptedException {
            return client.post(
                    KEYS + "/" + NodeClient.escaped(accessKey) + "/" + act, AccountClient.body());
        }
    }

    /** {@code lumiere key disable}. */
    @Command(name = "disable", description = "Let a key sign nothing until it is enabled.")
    static final class Disable extends OfOne {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            key(out, post(client, "disable"));
            return 0;
        }
    }

    /** {@code lumiere key enable}. */
    @Command(name = "enable", description = "Let a key that was disabled sign again.")
    static final class Enable extends OfOne {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            key(out, post(client, "enable"));
            return 0;
        }
    }

    /** {@code lumiere key rotate}. */
    @Command(
            name = "rotate",
            description = {
                "Make a key of the same scope in the place of another, which is disabled.",
                "Of the home's own key, credentials.json gets the new one."
            })
    static final class Rotate extends OfOne {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var key = post(client, "rotate");
            created(out, key); // before anything else can fail, as nobody can ask for it again
            if (accessKey().equals(client.credential().accessKey())) {
                Credentials.replace(
                        config().home(),
                        new Credential(
                                key.path("accessKey").asText(),
                                key.path("secretKey").asText(),
                                key.path("account").asText(),
                                true));
            }
            return 0;
        }
    }
}
