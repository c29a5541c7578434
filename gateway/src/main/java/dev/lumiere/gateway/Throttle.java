package dev.lumiere.gateway;

import dev.lumiere.service.Problem;
import dev.lumiere.service.limit.RateLimits;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How often one caller may ask; more often is 429. A request counts once. */
final class Throttle {
    private final RateLimits rates;

    Throttle(RateLimits rates) {
        this.rates = rates;
    }

    /** Whether one that is admitted may be answered right away; then it has counted. */
    boolean passes(Asked asked) {
        return ofAddress(asked) == null && ofKey(asked) == null;
    }

    /**
     * Admits a request, and counts it once: for its address before it is looked at, and for its key
     * after that was verified.
     *
     * @throws Problem.Refused 429
     */
    Wanted admitted(Exchange exchange, Function<Asked, Wanted> admit) {
        if (exchange.isFirstWalk()) {
            refuseFor(ofAddress(exchange), "from this address");
        }
        var wanted = admit.apply(exchange);
        if (exchange.isFirstSigned()) {
            refuseFor(ofKey(exchange), "with this key");
        }
        return wanted;
    }

    private @Nullable Duration ofAddress(Asked asked) {
        return rates.countsAddresses()
                ? rates.byAddress(asked.peer(), asked.headers(RateLimits.FORWARDED))
                : null;
    }

    private @Nullable Duration ofKey(Asked asked) {
        var signer = asked.signer();
        return signer == null ? null : rates.byKey(signer);
    }

    private static void refuseFor(@Nullable Duration wait, String whose) {
        if (wait != null) {
            throw new Problem(429, "too many requests " + whose, wait).refused();
        }
    }
}
