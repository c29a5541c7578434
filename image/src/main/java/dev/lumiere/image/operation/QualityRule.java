package dev.lumiere.image.operation;

import dev.lumiere.image.picture.Size;

/** What of the quality asked for is kept where the source is a JPEG. */
enum QualityRule {
    /** All. */
    AS_ASKED,
    /** No more than the source has. */
    AT_MOST_SOURCE,
    /** No more than the source is worth at the size of the result. */
    CORRECTED;

    /**
     * The quality to write with.
     *
     * @param asked 1 to 100
     * @param source quality of the source, 1 to 100
     */
    int of(int asked, int source, Size from, Size to) {
        return switch (this) {
            case AS_ASKED -> asked;
            case AT_MOST_SOURCE -> Math.min(asked, source);
            case CORRECTED -> Math.min(asked, worthAfter(source, from, to));
        };
    }

    /**
     * What quality a JPEG is worth after shrinking: more than before, as its flaws shrink too, yet
     * not over 90 if it was not before.
     */
    private static int worthAfter(int quality, Size from, Size to) {
        var grown = quality * Math.sqrt((double) from.pixels() / to.pixels());
        var capped = quality <= 90 ? Math.min(90, grown) : grown;
        return Math.clamp(Math.round(capped), 1, 100);
    }
}
