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
            countAddress(exchange);
        }
        var wanted = admit.apply(exchange);
        var signer = exchange.signer();
        if (signer != null) {
            countKey(exchange, signer);
        }
        return wanted;
    }

    /**
     * Counts a request for its address.
     *
     * @throws Problem.Refused 429
     */
    void countAddress(Exchange exchange) {
        refuseFor(ofAddress(exchange), "from this address");
    }

    /**
     * Counts a request for a key that was verified, once however much of it that has signed.
     *
     * @throws Problem.Refused 429
     */
    void countKey(Exchange exchange, String accessKey) {
        if (exchange.isFirstOf(accessKey)) {
            refuseFor(rates.byKey(accessKey), "with this key");
        }
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
