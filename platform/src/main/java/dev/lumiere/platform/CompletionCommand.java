package dev.lumiere.platform;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code lumiere completion}: lets a shell complete what is typed behind {@code lumiere}. */
@Command(
        name = "completion",
        description = {
            "Print a script by which bash and zsh complete commands and options.",
            "For this shell: source <(./lumiere completion)"
        })
final class CompletionCommand implements Runnable {
    /** Of the launcher, which are not in here. */
    private static final List<String> LAUNCHERS_OWN = List.of("test", "example", "bench", "help");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused") // by picocli itself
    private boolean help;

    @Override
    public void run() {
        var all = Lumiere.commandLine();
        LAUNCHERS_OWN.forEach(name -> all.addSubcommand(name, CommandSpec.create()));
        System.out.print(AutoComplete.bash("lumiere", all));
        System.out.flush();
    }
}
