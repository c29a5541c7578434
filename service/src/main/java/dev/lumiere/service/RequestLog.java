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
     * @param micros from the request's head to the end of the answer, in microseconds
     * @param steps what took how long
     */
    public record Entry(
            String traceId,
            String method,
            String path,
            int status,
            long bytes,
            long micros,
            List<Span> steps) {}

    /** Whether lines are written at all, for those who would gather much for one. */
    public boolean isOn() {
        return LOG.isInfoEnabled();
    }

    public void write(Entry entry) {
        LOG.atInfo().addKeyValue("request", entry).log("request");
    }
}
