package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.fop.PercentEncoding;
import dev.lumiere.service.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps a harmful source from doing harm again: probation first, then quarantine. */
final class Precautions {
    private static final Logger LOG = LoggerFactory.getLogger(Precautions.class);

    private final Quarantine quarantine;
    private final Probation probation;
    private final MeterRegistry metrics;

    Precautions(RunnerConfig config, InstantSource clock, MeterRegistry metrics) {
        this.metrics = metrics;
        quarantine = new Quarantine(config.quarantine(), config.maxQuarantined(), clock);
        probation = new Probation(config.quarantine(), clock);
        Gauge.builder("lumiere.fop.quarantined", quarantine, Quarantine::size).register(metrics);
    }

    Probation probation() {
        return probation;
    }

    /** Throws what was answered when it did harm, while that is held against it. */
    void refuseHeld(Work work, Call call) {
        quarantine
                .refusal(key(work, call))
                .ifPresent(problem -> {
                    throw problem.refused();
                });
    }

    void hold(Work work, Call call, Problem problem) {
        LOG.atWarn()
                .addKeyValue("reqid", work.requestId())
                .addKeyValue("operations", call.operations())
                .addKeyValue("bucket", work.source().bucket())
                .addKeyValue("key", PercentEncoding.encode(work.source().key()))
                .addKeyValue("version", work.version(call))
                .log("quarantined: {}", problem.error());
        quarantine.hold(key(work, call), problem);
    }

    /** Counts an attempt that got no answer, by what became of it. */
    void failed(Work work, Call call, String kind, String instance) {
        LOG.atInfo()
                .addKeyValue("reqid", work.requestId())
                .addKeyValue("operations", call.operations())
                .addKeyValue("kind", kind)
                .addKeyValue("instance", instance)
                .log("attempt failed");
        metrics.counter(
                        "lumiere.fop.failed.attempts",
                        "service",
                        call.offer().maker().service(),
                        "kind",
                        kind)
                .increment();
    }

    private static Quarantine.Key key(Work work, Call call) {
        return new Quarantine.Key(work.version(call), call.operations());
    }
}
