package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Fetched;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What URLs gave, kept in memory for a minute: so late is a change there seen. All who ask for the
 * same wait for one fetch. Where a URL gives nothing any more, what it gave last is used for up to
 * ten minutes; where it never did, that is not tried again for some seconds.
 */
final class UrlInputs {
    /** How long what was fetched counts as what is there. */
    static final Duration FRESH_FOR = Duration.ofSeconds(60);

    /** How old it may be where nothing newer is to be had. */
    static final Duration USED_FOR = Duration.ofMinutes(10);

    /** How long a failure counts as what is there. */
    static final Duration FAILED_FOR = Duration.ofSeconds(5);

    private static final long MAX_KEPT_BYTES = 32L << 20;
    private static final int OVERHEAD_BYTES = 1024;
    private static final int MAX_QUOTED = 200;
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);
    private static final HexFormat HEX = HexFormat.of();

    private final Fetch fetch;
    private final InstantSource clock;
    private final Coalescing<String, Kept> coalescing;
    private final Cache<String, Kept> kept;

    /** How a URL is fetched, in a time bounded by itself. */
    @FunctionalInterface
    interface Fetch {
        Fetched get(String url) throws InterruptedException;
    }

    /**
     * What is known of a URL.
     *
     * @param input null if it gave none
     * @param problem why, or null
     * @param usableUntil when the input is too old for anything
     * @param freshUntil when to ask anew
     */
    private record Kept(
            Input.@Nullable FromUrl input,
            @Nullable Problem problem,
            Instant usableUntil,
            Instant freshUntil) {}

    UrlInputs(Fetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
        coalescing = new Coalescing<>(_ -> true, clock);
        kept =
                Caffeine.newBuilder()
                        .maximumWeight(MAX_KEPT_BYTES)
                        .weigher(UrlInputs::weight)
                        .executor(Runnable::run)
                        .build();
    }

    /**
     * What memory has; never waits.
     *
     * @return null if memory does not tell
     * @throws Problem.Refused if the URL gave nothing just now
     */
    Input.@Nullable FromUrl atHand(String url) {
        var known = fresh(url);
        return known == null ? null : input(known);
    }

    /**
     * What the URL gives. A fetch is not cut short by who asks first and has little time left.
     *
     * @throws Problem.Refused 400 if nothing, 503 if it cannot be asked now, 504 if not in time
     */
    Input.FromUrl find(String url, Instant deadline) throws InterruptedException {
        var known = fresh(url);
        if (known == null) {
            known = coalescing.get(url, deadline, _ -> fetched(url));
        }
        if (known == null) {
            throw Problem.timeout("deadline passed").refused();
        }
        return input(known);
    }

    private @Nullable Kept fresh(String url) {
        var known = kept.getIfPresent(url);
        return known != null && clock.instant().isBefore(known.freshUntil) ? known : null;
    }

    private Kept fetched(String url) throws InterruptedException {
        var known = fresh(url);
        if (known != null) {
            return known;
        }
        var result = fetch.get(url);
        var now = clock.instant();
        return switch (result) {
            case Fetched.Body body ->
                    keep(
                            url,
                            new Kept(
                                    new Input.FromUrl(body, sha256(body)),
                                    null,
                                    now.plus(USED_FOR),
                                    now.plus(FRESH_FOR)));
            case Fetched.NotAllowed(var place) ->
                    keep(url, failed(Problem.badRequest("address not allowed: " + place), now));
            case Fetched.Failed(var reason, _) -> {
                var last = kept.getIfPresent(url);
                var text = "input cannot be fetched: " + quoted(url) + ": " + reason;
                yield keep(
                        url,
                        last != null && last.input != null && now.isBefore(last.usableUntil)
                                ? new Kept(last.input, null, last.usableUntil, now.plus(FAILED_FOR))
                                : failed(Problem.badRequest(text), now));
            }
            case Fetched.Busy() -> {
                var last = kept.getIfPresent(url);
                yield last != null && last.input != null && now.isBefore(last.usableUntil)
                        ? last
                        : failed(
                                Problem.unavailable("too many inputs are fetched", COME_AGAIN),
                                now);
            }
        };
    }

    private Kept keep(String url, Kept known) {
        kept.put(url, known);
        return known;
    }

    private static Kept failed(Problem problem, Instant now) {
        return new Kept(null, problem, now, now.plus(FAILED_FOR));
    }

    private static Input.FromUrl input(Kept known) {
        if (known.problem != null) {
            throw known.problem.refused();
        }
        if (known.input == null) {
            throw new IllegalStateException("neither input nor problem");
        }
        return known.input;
    }

    private static int weight(String url, Kept known) {
        return OVERHEAD_BYTES
                + 2 * url.length()
                + (known.input == null ? 0 : known.input.body().bytes().length());
    }

    /** Enough of a URL to recognise it. */
    private static String quoted(String url) {
        return url.length() <= MAX_QUOTED ? url : url.substring(0, MAX_QUOTED) + "…";
    }

    private static String sha256(Fetched.Body body) {
        try {
            return HEX.formatHex(
                    MessageDigest.getInstance("SHA-256").digest(body.bytes().getBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
