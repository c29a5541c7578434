package dev.lumiere.service;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per request, with the time of each step. */
public final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("request");

    /**
     * What there is to tell.
     *
     * @param path without the query, which may hold a token
     * @param bytes of the answer's body
     * @param millis from the request's head to the end of the answer
     */
    public record Entry(
            String traceId,
            String method,
            String path,
            int status,
            long bytes,
            double millis,
            List<Span> steps) {}

    /** Whether lines are written at all, for those who would gather much for one. */
    public boolean isOn() {
        return LOG.isInfoEnabled();
    }

    public void write(Entry entry) {
        var event =
                LOG.atInfo()
                        .addKeyValue("trace", entry.traceId)
                        .addKeyValue("method", entry.method)
                        .addKeyValue("path", entry.path)
                        .addKeyValue("status", entry.status)
                        .addKeyValue("bytes", entry.bytes)
                        .addKeyValue("ms", rounded(entry.millis));
        for (var step : entry.steps) {
            event = event.addKeyValue(step.name() + "_ms", rounded(step.millis()));
        }
        event.log("request");
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }
}
