package dev.lumiere.rendition.metering;

import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Work;
import dev.lumiere.rendition.Run;
import dev.lumiere.storage.account.Meter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Charges for each result that is made, before it is, the account of the bucket that its source is
 * in; what comes to nothing is given back. Who shares a run under way, or is given what is kept,
 * pays nothing. What lies in a folder of the node, or in no bucket yet, is free.
 */
public final class MeteredRun implements Run {
    private final Run run;
    private final Meter meter;
    private final Function<String, @Nullable String> accounts;
    private final MeteringConfig config;

    /**
     * Charges for what another makes.
     *
     * @param accounts whose a bucket is; null if nobody pays
     */
    public MeteredRun(
            Run run,
            Meter meter,
            Function<String, @Nullable String> accounts,
            MeteringConfig config) {
        this.run = run;
        this.meter = meter;
        this.accounts = accounts;
        this.config = config;
    }

    @Override
    public Output run(Work work) throws InterruptedException {
        var account = accounts.apply(work.source().bucket());
        if (account == null) {
            return run.run(work);
        }
        var credits = config.price(work.pipeline());
        meter.charge(account, credits);
        try {
            return run.run(work);
        } catch (RuntimeException | InterruptedException e) {
            meter.giveBack(account, credits);
            throw e;
        }
    }
}
