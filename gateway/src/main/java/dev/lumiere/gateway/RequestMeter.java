package dev.lumiere.gateway;

import dev.lumiere.service.RequestLog;
import dev.lumiere.service.Span;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Counts every answered request by its status, and writes its line in the log. */
final class RequestMeter {
    /** Qiniu's own go beyond those of HTTP. */
    private static final int MAX_STATUS = 1000;

    private final MeterRegistry metrics;
    private final RequestLog log = new RequestLog();
    private final AtomicReferenceArray<Timer> byStatus = new AtomicReferenceArray<>(MAX_STATUS);

    RequestMeter(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void answered(Asked asked, int status, long bytes) {
        var times = asked.times();
        timer(status).record(times.totalNanos(), TimeUnit.NANOSECONDS);
        if (!log.isOn()) {
            return;
        }
        var steps = new ArrayList<Span>(StepTimes.Step.ALL.length);
        for (var step : StepTimes.Step.ALL) {
            if (times.nanosOf(step) > 0) {
                steps.add(
                        new Span(
                                step.text(), Instant.EPOCH, Duration.ofNanos(times.nanosOf(step))));
            }
        }
        steps.addAll(asked.inRun());
        log.write(
                new RequestLog.Entry(
                        asked.trace().traceId(),
                        asked.method(),
                        pathOf(asked.target()),
                        status,
                        bytes,
                        times.totalNanos() / 1000,
                        steps));
    }

    /** Without the query, which may hold a token. */
    private static String pathOf(String uri) {
        var question = uri.indexOf('?');
        return question < 0 ? uri : uri.substring(0, question);
    }

    private Timer timer(int status) {
        var timer = byStatus.get(status);
        if (timer == null) {
            timer =
                    Timer.builder("lumiere.gateway.requests")
                            .tag("status", Integer.toString(status))
                            .description("Time from a request's head to its answer")
                            .register(metrics);
            byStatus.set(status, timer);
        }
        return timer;
    }
}
