package dev.lumiere.eventlog.personal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The keys that were asked for last, at most {@value #MAX}, each for a time after it was. */
final class RememberedKeys {
    private static final int MAX = 10_000;

    private final long nanos;
    private final LongSupplier clock;
    private final LinkedHashMap<String, Remembered> keys = new LinkedHashMap<>();
    private long erasures;

    private record Remembered(SubjectKey key, long asked) {}

    /**
     * When a key is asked for, before the answer is there.
     *
     * @param at by the clock
     * @param erasures there had been
     */
    record Asking(long at, long erasures) {}

    /**
     * None yet.
     *
     * @param clock nanoseconds from any beginning, which never go back
     */
    RememberedKeys(Duration each, LongSupplier clock) {
        nanos = each.toNanos();
        this.clock = clock;
    }

    synchronized Asking asking() {
        return new Asking(clock.getAsLong(), erasures);
    }

    /** What was answered, unless something was erased meanwhile. */
    synchronized void remember(String subject, SubjectKey key, Asking asked) {
        if (asked.erasures == erasures) {
            keys.remove(subject); // so that the oldest are in front
            keys.put(subject, new Remembered(key, asked.at));
            forgetOld();
        }
    }

    synchronized @Nullable SubjectKey of(String subject) {
        forgetOld();
        var remembered = keys.get(subject);
        return remembered == null || isOld(remembered) ? null : remembered.key;
    }

    private boolean isOld(Remembered remembered) {
        return clock.getAsLong() - remembered.asked >= nanos;
    }

    private void forgetOld() {
        var oldest = keys.values().iterator();
        while (oldest.hasNext() && (isOld(oldest.next()) || keys.size() > MAX)) {
            oldest.remove();
        }
    }

    /** Its key was erased, or is about to be for all that is known. */
    synchronized void forget(String subject) {
        erasures++;
        keys.remove(subject);
    }
}
