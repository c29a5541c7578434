package dev.lumiere.gateway;

import dev.lumiere.rendition.Plan;
import dev.lumiere.service.Span;
import dev.lumiere.service.TraceContext;
import java.net.InetAddress;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One request under way: what was asked, whose trace it is, and how long each step took. */
abstract sealed class Asked permits Exchange, QuickExchange {
    private final TraceContext trace;
    private final RequestMeter meter;
    private final StepTimes times = new StepTimes();
    private List<Span> inRun = List.of();
    private @Nullable String signer;
    private BiConsumer<String, String> inputs = (_, _) -> {};

    Asked(TraceContext trace, RequestMeter meter) {
        this.trace = trace;
        this.meter = meter;
    }

    /** Upper case, as sent. */
    abstract String method();

    /** The request target as sent: mostly a path with a query. */
    abstract String target();

    /** The first value of a header. */
    abstract @Nullable String header(CharSequence name);

    /** All values of a header, in their order. */
    abstract List<String> headers(CharSequence name);

    /** At the other end of the connection. */
    abstract @Nullable InetAddress peer();

    /** The access key that it is signed with, as far as is known; null for none. */
    @Nullable String signer() {
        return signer;
    }

    void signedBy(@Nullable String accessKey) {
        signer = accessKey;
    }

    /** Who signed it may not lay just any object over another: the check refuses by throwing. */
    void mayUse(BiConsumer<String, String> check) {
        inputs = check;
    }

    /**
     * Whether it may be told what else is needed to answer it.
     *
     * @throws dev.lumiere.service.Problem.Refused if not
     */
    void checkInputs(Plan plan) {
        plan.storedInputs().forEach(object -> inputs.accept(object.bucket(), object.key()));
    }

    TraceContext trace() {
        return trace;
    }

    StepTimes times() {
        return times;
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
}
