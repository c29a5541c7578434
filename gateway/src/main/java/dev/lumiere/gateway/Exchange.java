package dev.lumiere.gateway;

import dev.lumiere.service.Span;
import dev.lumiere.service.TraceContext;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request under way: what came in, whose trace it is, when it must be answered, and how long
 * each step took.
 */
final class Exchange {
    private final HttpServerRequest request;
    private final TraceContext trace;
    private final Instant deadline;
    private final RequestMeter meter;
    private final StepTimes times = new StepTimes();
    private @Nullable Thread waiting;
    private boolean departed;
    private List<Span> inRun = List.of();

    Exchange(HttpServerRequest request, TraceContext trace, Instant deadline, RequestMeter meter) {
        this.request = request;
        this.trace = trace;
        this.deadline = deadline;
        this.meter = meter;
    }

    HttpServerRequest request() {
        return request;
    }

    TraceContext trace() {
        return trace;
    }

    Instant deadline() {
        return deadline;
    }

    StepTimes times() {
        return times;
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** A step is done. */
    void done(StepTimes.Step step) {
        times.done(step);
    }

    /** What took how long while the result was made, as the workers tell. */
    void tookInRun(List<Span> told) {
        inRun = told;
    }

    List<Span> inRun() {
        return inRun;
    }

    /** The request is answered: it is counted and logged. */
    void answered(int status, long bytes) {
        times.done(StepTimes.Step.ANSWER);
        meter.answered(this, status, bytes);
    }

    /**
     * Does what may wait, on the calling thread, which is interrupted if the caller of this request
     * goes away meanwhile.
     */
    void waitFor(Runnable work) {
        synchronized (this) {
            if (departed) {
                return;
            }
            waiting = Thread.currentThread();
        }
        try {
            work.run();
        } finally {
            synchronized (this) {
                waiting = null;
            }
        }
    }

    /** The caller went away. */
    synchronized void depart() {
        departed = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}
