package dev.lumiere.platform.log;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code lumiere log}: looks at the event log and after it. While a node runs on the home it is
 * asked, else the log is opened where it lies, only to be read.
 */
@Command(
        name = "log",
        description = {
            "Read the event log and look after it.",
            "While a node runs on the home its API is asked; else the log is read in its folder.",
            "Exits with 0 if all is well, 1 if a problem was found, 2 on a wrong command line."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StreamsCommand.class,
            ReadCommand.class,
            TailCommand.class,
            StateAtCommand.class,
            ExportCommand.class,
            ConsumersCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        })
public final class LogCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which command? streams, read, tail, state-at, export, consumers, verify, backup, restore");
    }
}
