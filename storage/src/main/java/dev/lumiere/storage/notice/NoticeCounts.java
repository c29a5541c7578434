package dev.lumiere.storage.notice;

import dev.lumiere.storage.notice.NoticePosts.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many notices were told, not taken, and given up, of which each is in the log too. */
final class NoticeCounts {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeCounts.class);

    private final Counter told;
    private final Counter failed;
    private final Counter givenUp;

    NoticeCounts(MeterRegistry meters) {
        told = counter(meters, "told");
        failed = counter(meters, "failed");
        givenUp = counter(meters, "given-up");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("lumiere.storage.notices")
                .description("Posts by which others are told of objects")
                .tag("outcome", outcome)
                .register(meters);
    }

    void count(Lane lane, Outcome outcome, boolean isGivenUp) {
        switch (outcome) {
            case Outcome.Told _ -> told.increment();
            case Outcome.Unwanted _ -> {}
            case Outcome.Failed(var why) -> {
                failed.increment();
                if (isGivenUp) {
                    givenUp.increment();
                    LOG.atWarn()
                            .addKeyValue("bucket", lane.bucket())
                            .addKeyValue("rule", lane.rule())
                            .addKeyValue("reason", why)
                            .log("a notice is given up");
                }
            }
        }
    }
}
