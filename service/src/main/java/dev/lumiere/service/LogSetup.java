package dev.lumiere.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * How a process logs where it brings Logback and no {@code logback.xml}: {@link JsonLines} to
 * standard output, from the level in {@code LUMIERE_LOG_LEVEL} on, by default {@code INFO}. Logback
 * finds it as a service.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class LogSetup extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var lines = new JsonLines(System.out);
        lines.setContext(context);
        lines.setName("stdout");
        lines.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("LUMIERE_LOG_LEVEL"), Level.INFO));
        root.addAppender(lines);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
