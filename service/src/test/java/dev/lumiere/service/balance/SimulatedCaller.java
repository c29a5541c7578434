package dev.lumiere.service.balance;

import dev.lumiere.service.balance.SimulatedInstance.Job;
import dev.lumiere.service.balance.SimulatedInstance.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that calls in an open loop: calls come as they come, however long the earlier ones
 * take. Every strategy gets the same repeats: up to two more tries, elsewhere, within the retry
 * budget, when a call was refused, lost or answered with an error.
 */
final class SimulatedCaller {
    static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final int MAX_ATTEMPTS = 3;
    private static final long SAME_ZONE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long OTHER_ZONE_NANOS = Duration.ofMillis(3).toNanos();

    private final Simulation world;
    private final String zone;
    private final Strategy strategy;
    private final Map<String, SimulatedInstance> instances;
    private final Results results;
    private final long hedgeAfterNanos;
    private final RetryBudget budget = new RetryBudget();

    /**
     * Calls nobody yet.
     *
     * @param hedgeAfter null never
     */
    SimulatedCaller(
            Simulation world,
            String zone,
            Strategy strategy,
            Map<String, SimulatedInstance> instances,
            Results results,
            @Nullable Duration hedgeAfter) {
        this.world = world;
        this.zone = zone;
        this.strategy = strategy;
        this.instances = instances;
        this.results = results;
        this.hedgeAfterNanos = hedgeAfter == null ? Long.MAX_VALUE : hedgeAfter.toNanos();
    }

    /** Calls at random times, so many a second on average. */
    void callUntil(Duration end, double perSecond) {
        world.after(
                world.exponential(1e9 / perSecond),
                () -> {
                    if (world.now() < end.toNanos()) {
                        new Call().begin();
                        callUntil(end, perSecond);
                    }
                });
    }

    private final class Call {
        private final long begun = world.now();
        private final Set<String> tried = new HashSet<>();
        private final List<Attempt> underWay = new ArrayList<>();
        private int attempts;
        private boolean over;

        void begin() {
            budget.callStarted();
            attempt(false);
            world.after(DEADLINE.toNanos(), () -> end(false));
            if (hedgeAfterNanos < DEADLINE.toNanos()) {
                world.after(hedgeAfterNanos, this::hedge);
            }
        }

        private void hedge() {
            if (!over && attempts < MAX_ATTEMPTS && budget.tryRetry()) {
                attempt(true);
            }
        }

        private void attempt(boolean repeat) {
            var choice = strategy.pick(tried);
            if (choice == null) {
                if (repeat) {
                    budget.retryEnded();
                }
                if (underWay.isEmpty()) {
                    end(false);
                }
                return;
            }
            attempts++;
            tried.add(choice.instance().id());
            var attempt = new Attempt(this, choice, repeat);
            underWay.add(attempt);
            results.sent(choice.instance(), zone, repeat);
            attempt.send();
        }

        void replied(Attempt attempt, Reply reply) {
            underWay.remove(attempt);
            if (reply == Reply.DONE) {
                end(true);
            } else if (attempts < MAX_ATTEMPTS && budget.tryRetry()) {
                attempt(true);
            } else if (underWay.isEmpty()) {
                end(false);
            }
        }

        private void end(boolean success) {
            if (over) {
                return;
            }
            over = true;
            budget.callEnded();
            results.ended(success, world.now() - begun);
            var atDeadline = world.now() - begun >= DEADLINE.toNanos();
            List.copyOf(underWay)
                    .forEach(a -> a.giveUp(atDeadline ? Outcome.FAILURE : Outcome.CANCELLED));
        }
    }

    private final class Attempt {
        private final Call call;
        private final Strategy.Choice choice;
        private final boolean repeat;
        private final SimulatedInstance instance;
        private final long wireNanos;
        private @Nullable Job job;
        private boolean over;

        Attempt(Call call, Strategy.Choice choice, boolean repeat) {
            this.call = call;
            this.choice = choice;
            this.repeat = repeat;
            this.instance = Objects.requireNonNull(instances.get(choice.instance().id()));
            this.wireNanos =
                    choice.instance().zone().equals(zone) ? SAME_ZONE_NANOS : OTHER_ZONE_NANOS;
        }

        void send() {
            world.after(
                    wireNanos,
                    () -> {
                        if (!over) {
                            job =
                                    instance.accept(
                                            reply -> world.after(wireNanos, () -> replied(reply)));
                        }
                    });
        }

        private void replied(Reply reply) {
            if (!over) {
                finish(
                        switch (reply) {
                            case DONE -> Outcome.SUCCESS;
                            case ERROR, DIED -> Outcome.FAILURE;
                            case REFUSED -> Outcome.CONNECT_FAILURE;
                        });
                call.replied(this, reply);
            }
        }

        void giveUp(Outcome outcome) {
            if (!over) {
                finish(outcome);
                var accepted = job;
                if (accepted != null) {
                    instance.cancel(accepted);
                }
            }
        }

        private void finish(Outcome outcome) {
            over = true;
            choice.over(outcome);
            if (repeat) {
                budget.retryEnded();
            }
        }
    }
}
