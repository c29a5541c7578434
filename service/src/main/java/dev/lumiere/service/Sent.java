package dev.lumiere.service;

import dev.lumiere.service.balance.Balancer;
import dev.lumiere.service.balance.Outcome;
import dev.lumiere.service.balance.Pick;
import dev.lumiere.service.registry.Instance;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A call under way to the instance that was picked for it. Must be settled, once. */
final class Sent {
    private final Balancer balancer;
    private final Pick pick;
    private final Attempt attempt;

    Sent(Balancer balancer, Pick pick, Attempt attempt) {
        this.balancer = balancer;
        this.pick = pick;
        this.attempt = attempt;
    }

    Instance instance() {
        return pick.instance();
    }

    CompletableFuture<UpstreamResponse> answer() {
        return attempt.answer();
    }

    /** Takes the answer, which has come. */
    UpstreamResponse settle() throws UpstreamFailure {
        try {
            var response = attempt.answer().get();
            balancer.completed(pick, response.status() >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
            return response;
        } catch (InterruptedException | CancellationException e) {
            throw new IllegalStateException("settled before its end", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UpstreamFailure failure) {
                balancer.completed(pick, outcomeOf(failure));
                throw failure;
            }
            balancer.completed(pick, Outcome.CANCELLED);
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits no longer. */
    UpstreamFailure abandon(Outcome outcome) {
        attempt.cancel();
        balancer.completed(pick, outcome);
        return new UpstreamFailure(UpstreamFailure.Kind.DEADLINE, pick.instance(), null);
    }

    private static Outcome outcomeOf(UpstreamFailure failure) {
        return switch (failure.kind()) {
            case CONNECT -> Outcome.CONNECT_FAILURE;
            case DIED, DEADLINE -> Outcome.FAILURE;
            case TOO_LARGE -> Outcome.SUCCESS;
        };
    }
}
