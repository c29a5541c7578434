package dev.lumiere.service;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where a request stands in its trace.
 *
 * @param traceIdHigh first 8 bytes of the trace id
 * @param traceIdLow last 8 bytes; not zero together with the first
 * @param spanId the span that is under way, not zero
 * @param sampled whether the trace is recorded
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(long traceIdHigh, long traceIdLow, long spanId, boolean sampled) {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LENGTH = 55;

    /** A new trace. */
    public static TraceContext root(RandomGenerator random) {
        return new TraceContext(random.nextLong(), notZero(random), notZero(random), true);
    }

    /**
     * Continues the trace a caller sent, in a span of its own; a new one where {@code header} is
     * absent or malformed.
     */
    public static TraceContext continued(@Nullable String header, RandomGenerator random) {
        if (header == null || header.length() < LENGTH || !wellFormed(header)) {
            return root(random);
        }
        try {
            var high = HexFormat.fromHexDigitsToLong(header, 3, 19);
            var low = HexFormat.fromHexDigitsToLong(header, 19, 35);
            var parent = HexFormat.fromHexDigitsToLong(header, 36, 52);
            var flags = HexFormat.fromHexDigits(header, 53, 55);
            if ((high | low) == 0 || parent == 0) {
                return root(random);
            }
            return new TraceContext(high, low, notZero(random), (flags & 1) == 1);
        } catch (NumberFormatException _) {
            return root(random);
        }
    }

    /** The same trace, a new span below this one. */
    public TraceContext child(RandomGenerator random) {
        return new TraceContext(traceIdHigh, traceIdLow, notZero(random), sampled);
    }

    /** 32 lower-case hex digits; also what {@code X-Reqid} says. */
    public String traceId() {
        return HEX.toHexDigits(traceIdHigh) + HEX.toHexDigits(traceIdLow);
    }

    /** The value of the header {@code traceparent}. */
    public String traceparent() {
        return "00-" + traceId() + "-" + HEX.toHexDigits(spanId) + (sampled ? "-01" : "-00");
    }

    private static boolean wellFormed(String header) {
        return header.charAt(2) == '-'
                && header.charAt(35) == '-'
                && header.charAt(52) == '-'
                && !header.startsWith("ff")
                && (header.length() == LENGTH
                        || (!header.startsWith("00") && header.charAt(LENGTH) == '-'));
    }

    private static long notZero(RandomGenerator random) {
        var drawn = random.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
