package dev.lumiere.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;

/**
 * How a process logs where it brings Logback and no {@code logback.xml}: {@link JsonLines} to
 * standard output or a file of its own, from the level in {@code LUMIERE_LOG_LEVEL} on, by default
 * {@code INFO}. Logback finds it as a service.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** The system property that names a file to log to, instead of standard output. */
    public static final String FILE_PROPERTY = "lumiere.log";

    private static final long MAX_BYTES = 32L << 20;
    private static final int FILES = 4;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var file = System.getProperty(FILE_PROPERTY);
        var lines =
                new JsonLines(
                        file == null
                                ? System.out
                                : new RotatingFile(Path.of(file), MAX_BYTES, FILES));
        lines.setContext(context);
        lines.setName(file == null ? "stdout" : file);
        lines.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("LUMIERE_LOG_LEVEL"), Level.INFO));
        root.addAppender(lines);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
