package dev.lumiere.gateway;

import java.util.Locale;

/** How long each step of one request took. A step that comes again is added up. */
final class StepTimes {
    /** The steps, in their order. */
    enum Step {
        ADMIT(0),
        RESOLVE(1),
        PLAN(2),
        CACHED(3),
        RUN(4),
        ANSWER(5);

        static final Step[] ALL = values();

        private final int position;
        private final String text = name().toLowerCase(Locale.ROOT);

        Step(int position) {
            this.position = position;
        }

        String text() {
            return text;
        }
    }

    private final long begun = System.nanoTime();
    private final long[] nanos = new long[Step.ALL.length];
    private long last = begun;

    /** The time since the last step was done goes to this one. */
    void done(Step step) {
        var now = System.nanoTime();
        nanos[step.position] += now - last;
        last = now;
    }

    long nanosOf(Step step) {
        return nanos[step.position];
    }

    /** From the request's head to the end of the last step done. */
    long totalNanos() {
        return last - begun;
    }
}
