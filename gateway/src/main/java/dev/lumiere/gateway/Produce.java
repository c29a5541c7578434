package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.SaveAs;
import dev.lumiere.gateway.Negotiation.Decision;
import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.gateway.StepTimes.Step;
import dev.lumiere.rendition.Plan;
import dev.lumiere.rendition.Rendition;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.rendition.Waiting;
import dev.lumiere.service.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The third step: what is asked for of an object, planned, taken from what is kept or made, and
 * sent. Nobody waits long for a format that was our choice: over a budget the next best is given,
 * for a short time, and what is best is made meanwhile.
 */
final class Produce {
    private final Negotiation negotiation;
    private final Duration budget;
    private final Instead sooner;
    private final Renditions renditions;
    private final Answer answer;
    private final Saving saving;

    Produce(GatewayConfig config, Renditions renditions, Answer answer, Saving saving) {
        negotiation =
                new Negotiation(
                        new AutoFormat(config.autoFormats()), new ClientHints(config.autoWidth()));
        budget = config.autoBudget();
        sooner = Instead.sooner(config.soonerMaxAge());
        this.renditions = renditions;
        this.answer = answer;
        this.saving = saving;
    }

    /** The result that is best, if memory has it; null also if no result is asked for. */
    @Nullable Rendition atHand(Asked asked, Found found) {
        var pipeline = found.reading().pipeline();
        if (pipeline == null) {
            return null;
        }
        var decision = decided(asked, found, pipeline, Reach.MEMORY);
        var plan = decision == null ? null : renditions.planAtHand(found.object(), decision.best());
        asked.done(Step.PLAN);
        if (plan == null) {
            return null;
        }
        asked.checkInputs(plan);
        return cached(asked, plan);
    }

    /**
     * Answers with it.
     *
     * @return false if that takes more than {@code reach} allows
     * @throws Problem.Refused if it cannot be made
     */
    boolean serve(Exchange exchange, Found found, Reach reach) throws InterruptedException {
        var pipeline = found.reading().pipeline();
        if (pipeline == null) {
            return answer.original(exchange, found, reach);
        }
        var decision = decided(exchange, found, pipeline, reach);
        if (decision == null) {
            return false;
        }
        return decision.sooner() == null
                ? serve(exchange, found, decision.best(), reach)
                : serveInTime(exchange, found, decision.best(), decision.sooner(), reach);
    }

    /**
     * Answers with it once it is kept as an object. What is kept is the best, however long it
     * takes.
     *
     * @return false if that takes more than {@code reach} allows
     * @throws Problem.Refused if it cannot be made or kept
     */
    boolean save(Exchange exchange, Found found, SaveAs saveAs, Reach reach)
            throws InterruptedException {
        var pipeline = found.reading().pipeline();
        if (pipeline == null) {
            throw Problem.badRequest("nothing is made before saveas").refused();
        }
        var decision = reach == Reach.MEMORY ? null : decided(exchange, found, pipeline, reach);
        var plan = decision == null ? null : plan(exchange, found, decision.best(), reach);
        if (plan == null) {
            return false;
        }
        Rendition rendition;
        try {
            rendition = renditions.get(plan, waiting(exchange));
        } finally {
            exchange.done(Step.RUN);
        }
        return saving.save(exchange, found, saveAs, rendition)
                && answer.rendition(exchange, found, rendition, reach);
    }

    private boolean serve(Exchange exchange, Found found, Pipeline pipeline, Reach reach)
            throws InterruptedException {
        var plan = plan(exchange, found, pipeline, reach);
        if (plan == null) {
            return false;
        }
        var rendition = cached(exchange, plan);
        if (rendition == null && reach == Reach.ANYWHERE) {
            try {
                rendition = renditions.get(plan, waiting(exchange));
            } finally {
                exchange.done(Step.RUN);
            }
        }
        return rendition != null && answer.rendition(exchange, found, rendition, reach);
    }

    private boolean serveInTime(
            Exchange exchange, Found found, Pipeline best, Pipeline quick, Reach reach)
            throws InterruptedException {
        Plan plan;
        try {
            plan = plan(exchange, found, best, reach);
        } catch (Problem.Refused _) {
            // nobody makes that format; if it is something else, the other is refused as well
            return serve(exchange, found, quick, reach);
        }
        if (plan == null) {
            return false;
        }
        var rendition = cached(exchange, plan);
        if (rendition == null && reach == Reach.ANYWHERE) {
            try {
                rendition = renditions.getWithin(budget, plan, waiting(exchange));
            } finally {
                exchange.done(Step.RUN);
            }
        }
        if (rendition != null) {
            return answer.rendition(exchange, found, rendition, reach);
        }
        var isForNow = found.instead() == null && !renditions.isRefused(plan);
        var meanwhile = isForNow ? found.with(sooner) : found;
        if (reach == Reach.MEMORY) {
            return renditions.isMadeLater(plan) && serve(exchange, meanwhile, quick, reach);
        }
        var isServed = serve(exchange, meanwhile, quick, reach);
        renditions.makeLater(plan, waiting(exchange));
        return isServed;
    }

    /** Null if memory does not tell what the source is, and no more may be asked. */
    private @Nullable Decision decided(Asked asked, Found found, Pipeline pipeline, Reach reach) {
        if (!found.reading().isNegotiated()) {
            return new Decision(pipeline, null);
        }
        var source =
                reach == Reach.MEMORY
                        ? renditions.contentTypeAtHand(found.object())
                        : renditions.contentType(found.object());
        return source == null ? null : negotiation.decide(pipeline, asked, source);
    }

    /** Null if memory does not tell what it takes, and no more may be asked. */
    private @Nullable Plan plan(Exchange exchange, Found found, Pipeline pipeline, Reach reach)
            throws InterruptedException {
        var plan =
                reach == Reach.MEMORY
                        ? renditions.planAtHand(found.object(), pipeline)
                        : renditions.plan(found.object(), pipeline, exchange.deadline());
        exchange.done(Step.PLAN);
        if (plan != null) {
            exchange.checkInputs(plan);
        }
        return plan;
    }

    private @Nullable Rendition cached(Asked asked, Plan plan) {
        var rendition = renditions.atHand(plan);
        asked.done(Step.CACHED);
        return rendition;
    }

    private static Waiting waiting(Exchange exchange) {
        var trace = exchange.trace();
        return new Waiting(exchange.deadline(), trace, trace.traceId(), exchange::tookInRun);
    }
}
