package dev.lumiere.platform.log;

import dev.lumiere.platform.client.NodeVerb;
import dev.lumiere.platform.node.LogConfig;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One command on the log: where the log is, how it is shown, and how a failure is told. */
abstract class LogVerb extends NodeVerb {
    @Spec private @Nullable CommandSpec spec;

    /** What it does; its exit code. */
    abstract int run(LogOutput out) throws IOException, InterruptedException;

    @Override
    protected final int execute() throws IOException, InterruptedException {
        try {
            return run(new LogOutput(isJson()));
        } catch (LogOutput.Unread _) {
            return 0;
        }
    }

    /** The log, which people are told the place of. */
    final LogAccess open(LogOutput out) {
        var log = open();
        if (!out.isJson()) {
            LogOutput.say(log.where());
        }
        return log;
    }

    private LogAccess open() {
        var node = api();
        if (node != null) {
            return new RunningLog(node);
        }
        var config = config();
        if (!(config.log().device() instanceof LogConfig.Device.Rocks(var folder, _))) {
            throw new StartFailure(
                    "no node runs on %s, and its log is not in a folder: name one by --api"
                            .formatted(config.home()));
        }
        if (!Files.isDirectory(folder)) {
            throw new StartFailure("there is no event log in " + folder);
        }
        return new FolderLog(folder, config.log(), config.home());
    }

    /** What is read of an argument; a wrong command line, where that refuses. */
    final <T> T usable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    final ParameterException wrong(String what) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
    }
}
