package dev.lumiere.platform;

import dev.lumiere.platform.account.AccountCommand;
import dev.lumiere.platform.account.KeyCommand;
import dev.lumiere.platform.client.Shown;
import dev.lumiere.platform.log.LogCommand;
import dev.lumiere.platform.node.Node;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.platform.storage.BucketCommand;
import dev.lumiere.platform.storage.CpCommand;
import dev.lumiere.platform.storage.GetCommand;
import dev.lumiere.platform.storage.LsCommand;
import dev.lumiere.platform.storage.MirrorCommand;
import dev.lumiere.platform.storage.MvCommand;
import dev.lumiere.platform.storage.PutCommand;
import dev.lumiere.platform.storage.RmCommand;
import dev.lumiere.platform.storage.SignCommand;
import dev.lumiere.platform.storage.StatCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. {@code test} and {@code bench} are the launcher's own. */
@Command(
        name = "lumiere",
        description = "A rich-media processing cloud of your own.",
        version = "Lumiere " + Node.VERSION,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            BucketCommand.class,
            PutCommand.class,
            GetCommand.class,
            LsCommand.class,
            StatCommand.class,
            CpCommand.class,
            MvCommand.class,
            RmCommand.class,
            SignCommand.class,
            MirrorCommand.class,
            KeyCommand.class,
            AccountCommand.class,
            LogCommand.class,
            CompletionCommand.class,
            TrainCommand.class
        })
public final class Lumiere {
    private Lumiere() {}

    /** Exits with 0 when stopped in order, 1 on a failure, 2 on a wrong command line. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** The exit code. */
    static int run(String... arguments) {
        var commandLine = commandLine();
        commandLine.setExecutionExceptionHandler((failure, _, _) -> {
            if (!(failure instanceof StartFailure start)) {
                throw failure;
            }
            say(start.getMessage());
            return 1;
        });
        commandLine.setParameterExceptionHandler((wrong, _) -> {
            var command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            say(wrong.getMessage() + "; see ./" + command + " --help");
            return 2;
        });
        return commandLine.execute(arguments);
    }

    /** All commands but the launcher's. */
    static CommandLine commandLine() {
        return new CommandLine(new Lumiere());
    }

    private static void say(String text) {
        text.lines().forEach(line -> System.err.println("lumiere: " + Shown.of(line)));
    }
}
