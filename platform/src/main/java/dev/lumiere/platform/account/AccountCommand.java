package dev.lumiere.platform.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.platform.client.NodeClient;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lumiere account}: accounts, their credits and their history. */
@Command(
        name = "account",
        description = "Make accounts, show them and their history, add to their credits.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AccountCommand.Create.class,
            AccountCommand.Listing.class,
            AccountCommand.Show.class,
            AccountCommand.Deposit.class,
            AccountCommand.Withdraw.class,
            AccountCommand.History.class
        })
public final class AccountCommand implements Runnable {
    private static final String ACCOUNTS = "/v1/accounts";

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which command? create, list, show, deposit, withdraw, history");
    }

    private static String path(String name) {
        return ACCOUNTS + "/" + NodeClient.escaped(name);
    }

    /** {@code lumiere account create}. */
    @Command(name = "create", description = "Make an account with a key, shown once.")
    static final class Create extends AccountVerb {
        @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z, digits and hyphens.")
        private String name = "";

        @Option(
                names = "--owner",
                paramLabel = "TEXT",
                description = "Whose it is (default: its name).")
        private String owner = "";

        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var body = AccountClient.body().put("account", name).put("owner", owner);
            created(out, client.post(ACCOUNTS, body).path("key"));
            return 0;
        }
    }

    /** {@code lumiere account list}. */
    @Command(name = "list", description = "List the names of all accounts.")
    static final class Listing extends AccountVerb {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var query = "";
            do {
                var page = client.get(ACCOUNTS + query);
                for (var name : page.path("accounts")) {
                    line(out, name, name.asText());
                }
                var next = page.path("next").asText();
                query = next.isEmpty() ? "" : "?after=" + NodeClient.escaped(next);
            } while (!query.isEmpty());
            return 0;
        }
    }

    /** {@code lumiere account show}. */
    @Command(name = "show", description = "Show an account as it is, or as it once was.")
    static final class Show extends AccountVerb {
        @Parameters(paramLabel = "NAME", description = "Which.")
        private String name = "";

        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "As it was then, such as 2026-11-29T10:15:30Z (default: now).")
        private String at = "";

        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var query = at.isEmpty() ? "" : "?at=" + NodeClient.escaped(at);
            var account = client.get(path(name) + query);
            line(
                    out,
                    account,
                    "%s of %s: %d credits"
                            .formatted(
                                    account.path("account").asText(),
                                    account.path("owner").asText(),
                                    account.path("credits").asLong()));
            if (!isJson()) {
                account.path("keys").forEach(key -> key(out, key));
            }
            return 0;
        }
    }

    /** A number of credits that goes in or out. */
    abstract static class Transfer extends AccountVerb {
        @Parameters(index = "0", paramLabel = "NAME", description = "Which account.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "CREDITS", description = "How many, at least 1.")
        private long credits;

        @Option(names = "--reason", paramLabel = "TEXT", description = "For the history.")
        private String reason = "";

        @Option(
                names = "--id",
                paramLabel = "UUID",
                description = "By which it is not made twice (default: a new one).")
        private @Nullable UUID id;

        final int transfer(AccountClient client, PrintStream out, String what)
                throws IOException, InterruptedException {
            var body =
                    AccountClient.body()
                            .put("credits", credits)
                            .put("reason", reason)
                            .put("id", String.valueOf(id == null ? UUID.randomUUID() : id));
            var after = client.post(path(name) + "/" + what, body);
            line(out, after, after.path("credits").asLong() + " credits");
            return 0;
        }
    }

    /** {@code lumiere account deposit}. */
    @Command(name = "deposit", description = "Add credits to an account.")
    static final class Deposit extends Transfer {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            return transfer(client, out, "deposits");
        }
    }

    /** {@code lumiere account withdraw}. */
    @Command(name = "withdraw", description = "Take credits from an account, all or nothing.")
    static final class Withdraw extends Transfer {
        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            return transfer(client, out, "withdrawals");
        }
    }

    /** {@code lumiere account history}. */
    @Command(name = "history", description = "Show all that has happened to an account.")
    static final class History extends AccountVerb {
        @Parameters(paramLabel = "NAME", description = "Which.")
        private String name = "";

        @Override
        int run(AccountClient client, PrintStream out) throws IOException, InterruptedException {
            var next = 1L;
            while (next > 0) {
                var page = client.get(path(name) + "/history?max=1000&from=" + next);
                page.path("events").forEach(event -> line(out, event, text(event)));
                next = page.path("next").asLong(0);
            }
            return 0;
        }

        private static String text(JsonNode event) {
            return "%s  %-19s  %s"
                    .formatted(
                            event.path("time").asText(),
                            event.path("type").asText(),
                            event.path("data"));
        }
    }
}
